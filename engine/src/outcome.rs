//! What a command wants changed, and what the audit says of it.

use std::fmt;
use std::sync::Arc;

use protocol::command::{Command, Response};

use crate::major_key::{MajorKey, MajorKeyKind};
use crate::record::Record;
use crate::slot::{Entry, Slot};
use crate::tenant::TenantId;

/// The result of a request that was served.
#[derive(Debug)]
pub struct Outcome {
    /// What to answer, once the changes are stored.
    pub response: Response,
    /// What to store and then to apply, all or nothing; empty for nearly all traffic.
    pub changes: Vec<Change>,
    /// What the audit records.
    pub event: Option<Event>,
}

/// One change of state. It carries the sealed record for the store beside the live form for memory.
#[derive(Clone, Debug)]
pub struct Change {
    pub(crate) tenant: TenantId,
    pub(crate) effect: ChangeEffect,
    record: Record,
}

#[derive(Clone, Debug)]
pub(crate) enum ChangeEffect {
    Fill(Slot, Arc<Entry>),
    Empty(Slot),
    Load(MajorKeyKind, Arc<MajorKey>),
}

impl Change {
    pub(crate) fn new(tenant: TenantId, effect: ChangeEffect, record: Record) -> Self {
        Self { tenant, effect, record }
    }

    /// What the store keeps of it: sealed keys and public facts.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }
}

/// What happened, for the audit. Free of secrets by construction: it has no place for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The tenant's name.
    pub tenant: String,
    /// The command.
    pub command: Command,
    /// The slot that was changed.
    pub slot: Slot,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tenant={} command={} slot={}", self.tenant, self.command.spec().name, self.slot.number())
    }
}
