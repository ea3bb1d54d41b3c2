//! Where sealed keys and audit events are kept. A store sees nothing in clear: its records are opaque bytes.

pub mod file;
pub mod memory;

use std::fmt::Debug;

use engine::Timestamp;
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
}

/// An entry of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Counted from 1, without gaps.
    pub number: u64,
    /// When it happened.
    pub time: Timestamp,
    /// What happened; free of secrets.
    pub text: String,
}

/// What every store does.
pub trait Store: Debug + Send {
    /// Reads everything.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Unavailable`].
    fn load(&self) -> Result<Snapshot, Error>;

    /// Writes records and audit events: all of them, synced, or none. Returns the new revision.
    ///
    /// # Errors
    /// [`Error::Conflict`] unless the store is at `expected`; [`Error::Corrupt`], [`Error::Unavailable`].
    fn commit(
        &mut self,
        expected: Revision,
        records: &[&Record],
        events: &[(Timestamp, String)],
    ) -> Result<Revision, Error>;

    /// At most `limit` events that come after the one numbered `after`, in order.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Unavailable`].
    fn events(&self, after: u64, limit: usize) -> Result<Vec<AuditEntry>, Error>;

    /// The revision that a commit must name.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Unavailable`].
    fn revision(&self) -> Result<Revision, Error>;
}
