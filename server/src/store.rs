//! Where sealed keys and audit events are kept. A store sees nothing in clear: its records are opaque bytes.

pub mod file;
pub mod memory;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use engine::audit::{Chains, Entry, Head, Log};
use engine::record::{Record, Stored};

/// How many commits a store has taken.
pub type Revision = u64;

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else has committed since the revision that the caller knows.
    #[error("the store is at revision {found}, not {expected}: somebody else has changed it")]
    Conflict {
        /// What the caller knew.
        expected: Revision,
        /// What it is.
        found: Revision,
    },
    /// It cannot be reached, or takes no more. Nothing was changed.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// What it holds is damaged, or is no store.
    #[error("the store is damaged: {0}")]
    Corrupt(String),
}

/// Everything that a store keeps of the tenants, as of one revision.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// The revision.
    pub revision: Revision,
    /// All records.
    pub records: Vec<Stored>,
    /// The end of each audit log.
    pub heads: BTreeMap<String, Head>,
}

/// A store that was read, and where it stands.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Box<dyn Store>,
    /// The revision that the next commit must name.
    pub revision: Revision,
    /// What the next audit entries are linked to.
    pub chains: Chains,
}

/// What every store does.
pub trait Store: Debug + Send {
    /// Reads everything.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Unavailable`].
    fn load(&self) -> Result<Snapshot, Error>;

    /// Writes records and audit entries: all of them, synced, or none. Returns the new revision.
    ///
    /// # Errors
    /// [`Error::Conflict`] unless the store is at `expected`; [`Error::Corrupt`], [`Error::Unavailable`].
    fn commit(&mut self, expected: Revision, records: &[&Record], entries: &[Entry]) -> Result<Revision, Error>;

    /// What reads the audit while the store is in use.
    fn log(&self) -> Arc<dyn Log>;

    /// The revision that a commit must name.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Unavailable`].
    fn revision(&self) -> Result<Revision, Error>;
}
