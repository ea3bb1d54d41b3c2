//! What can be wrong with a card.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a card does not do what was asked. No variant has room for a secret.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CardError {
    /// A name that no card can have.
    #[error("{name:?} is no name for a card: 1 to 64 letters, digits, hyphens, underscores and dots are")]
    Name {
        /// The name.
        name: String,
    },
    /// No such card.
    #[error("there is no card {}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// It is there already.
    #[error("there is a card {} already", path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// Another program uses it.
    #[error("the reader {} is in use by another program", path.display())]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// A PIN that cannot be one.
    #[error("a PIN has 6 to 64 characters, none of them a control character")]
    Pin,
    /// A label that cannot be one.
    #[error("a label has at most 64 characters, none of them a control character")]
    Label,
    /// A wrong PIN.
    #[error("wrong PIN; {left} more and the card is blocked")]
    WrongPin {
        /// Tries that are left.
        left: u8,
    },
    /// Too many wrong PINs.
    #[error("the card is blocked: its PIN was wrong too often; use another card of the set, and format this one anew")]
    Blocked,
    /// The PIN could not be tried.
    #[error("there is not enough memory to try the PIN, which takes {mebibytes} MiB; the card is as it was")]
    Memory {
        /// What it takes.
        mebibytes: u32,
    },
    /// Changed bytes.
    #[error("the card is damaged: its file is not as it was written; use another card of the set")]
    Damaged,
    /// Made by a later version.
    #[error("the card has form {form}, which this version cannot read")]
    Form {
        /// What its file says.
        form: u64,
    },
    /// Not a fragment.
    #[error("what is to be written is no fragment of a major key that this version knows")]
    NoFragment,
    /// Another fragment of the same set.
    #[error("the card holds fragment {number} of this set already; each card takes one, so use another card")]
    SetPresent {
        /// The one that it holds.
        number: u8,
    },
    /// No room.
    #[error("the card is full")]
    Full,
    /// Nothing of that set.
    #[error("the card holds no fragment of this set")]
    NotHere,
    /// The file system, or the system's randomness.
    #[error("{place}: {source}")]
    Io {
        /// What it was about.
        place: String,
        /// What the system said.
        source: Arc<io::Error>,
    },
}

impl CardError {
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { place: path.display().to_string(), source: Arc::new(source) }
    }
}

impl From<crate::Error> for CardError {
    fn from(error: crate::Error) -> Self {
        Self::Io { place: "card".to_owned(), source: Arc::new(io::Error::other(error.to_string())) }
    }
}
