//! What a command wants changed.

use std::sync::Arc;

use protocol::command::Response;
use protocol::field::data::CeremonyId;
use protocol::field::name::{IdentityName, PartitionName};

use crate::asymmetric::AsymmetricEntry;
use crate::audit::Event;
use crate::behaviour::Behaviour;
use crate::error::Error;
use crate::hsm::Timestamp;
use crate::identity::Identity;
use crate::login::Login;
use crate::major_key::ceremony::Ceremony;
use crate::major_key::{Age, MajorKey, MajorKeyKind};
use crate::partition::Partition;
use crate::policy::Policy;
use crate::record::Record;
use crate::slot::{Entry, Slot};
use crate::state::State;
use crate::tenant::{Tenant, TenantId, TenantName};

/// The result of a request.
#[derive(Debug)]
pub struct Outcome {
    /// What to answer, once the changes are stored.
    pub result: Result<Response, Error>,
    /// What to store and then to apply, all or nothing; empty for nearly all traffic. A refusal changes nothing but the
    /// count of failed logins.
    pub changes: Vec<Change>,
    /// What the audit records, in the same transaction: what was asked for, and for each tenant that administration has
    /// changed, that it did.
    pub events: Vec<Event>,
}

/// One change of state. It carries the sealed record for the store beside the live form for memory.
#[derive(Clone, Debug)]
pub struct Change {
    pub(crate) tenant: TenantId,
    pub(crate) effect: ChangeEffect,
    record: Option<Record>,
}

#[derive(Clone, Debug)]
pub(crate) enum ChangeEffect {
    CreateTenant(Arc<Tenant>),
    DeleteTenant,
    SetPolicy(Policy),
    Suspend(bool),
    /// Pace and faults, which are not stored. It concerns the tenant that it names, or none.
    Behave(Arc<Behaviour>),
    Fill(Slot, Arc<Entry>),
    Empty(Slot),
    FillAsymmetric(Slot, Arc<AsymmetricEntry>),
    EmptyAsymmetric(Slot),
    Load(MajorKeyKind, Age, Arc<MajorKey>),
    Clear(MajorKeyKind, Age),
    /// A tamper event, or the end of its effect.
    Tamper(bool),
    /// Ceremonies are not stored.
    PutCeremony(Arc<Ceremony>),
    EndCeremony(CeremonyId),
    PutIdentity(Arc<Identity>),
    RemoveIdentity(IdentityName),
    /// Ends the sessions that an identity is on; nothing is stored of that.
    EndLogins(IdentityName),
    PutPartition(Arc<Partition>),
    RemovePartition(PartitionName),
    /// Begins a session, of which nothing is stored.
    Admit(Arc<Login>, Timestamp),
}

impl Change {
    /// The tenant that it is a change of, in the state before it.
    pub(crate) fn tenant_name(&self, before: &State) -> Option<TenantName> {
        match &self.effect {
            ChangeEffect::CreateTenant(tenant) => Some(tenant.name().clone()),
            ChangeEffect::DeleteTenant
            | ChangeEffect::SetPolicy(_)
            | ChangeEffect::Suspend(_)
            | ChangeEffect::Behave(_)
            | ChangeEffect::Fill(..)
            | ChangeEffect::Empty(_)
            | ChangeEffect::FillAsymmetric(..)
            | ChangeEffect::EmptyAsymmetric(_)
            | ChangeEffect::Load(..)
            | ChangeEffect::Clear(..)
            | ChangeEffect::Tamper(_)
            | ChangeEffect::PutCeremony(_)
            | ChangeEffect::EndCeremony(_)
            | ChangeEffect::PutIdentity(_)
            | ChangeEffect::RemoveIdentity(_)
            | ChangeEffect::EndLogins(_)
            | ChangeEffect::PutPartition(_)
            | ChangeEffect::RemovePartition(_)
            | ChangeEffect::Admit(..) => before.tenant(self.tenant).map(|tenant| tenant.name().clone()),
        }
    }

    pub(crate) fn new(tenant: TenantId, effect: ChangeEffect, record: impl Into<Option<Record>>) -> Self {
        Self { tenant, effect, record: record.into() }
    }

    /// What the store keeps of it: sealed keys and public facts. `None` where it lives in memory only.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }
}
