//! What a handler works with: its tenant, its session, time, randomness, and the changes it wants.

use protocol::command::Command;
use protocol::field::data::CheckDigits;
use protocol::tag::Tag;

use crate::error::Error;
use crate::hsm::{Facts, Timestamp};
use crate::key::WorkingKey;
use crate::major_key::{MajorKey, MajorKeyKind};
use crate::outcome::{Change, ChangeEffect, Event};
use crate::policy::Policy;
use crate::random::Generator;
use crate::record::Record;
use crate::session::{Channel, Session};
use crate::slot::{Entry, Slot};
use crate::state::State;
use crate::tenant::Tenant;

/// Everything that a handler may touch. Another tenant's data is not among it.
pub(crate) struct Context<'a> {
    facts: &'a Facts,
    state: &'a State,
    tenant: Option<&'a Tenant>,
    session: &'a mut Session,
    now: Timestamp,
    random: &'a mut Generator,
    changes: Vec<Change>,
    event: Option<Event>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        facts: &'a Facts,
        state: &'a State,
        tenant: Option<&'a Tenant>,
        session: &'a mut Session,
        now: Timestamp,
        random: &'a mut Generator,
    ) -> Self {
        Self { facts, state, tenant, session, now, random, changes: Vec::new(), event: None }
    }

    pub(crate) fn finish(self) -> (Vec<Change>, Option<Event>) {
        (self.changes, self.event)
    }

    pub(crate) fn facts(&self) -> &'a Facts {
        self.facts
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn random(&mut self) -> &mut Generator {
        self.random
    }

    /// All tenants, for administration; `None` for everybody else.
    pub(crate) fn administration(&self) -> Option<&'a State> {
        (self.session.channel() == Channel::Administration).then_some(self.state)
    }

    pub(crate) fn tenant(&self) -> Result<&'a Tenant, Error> {
        self.tenant.ok_or(Error::Internal { what: "a command for tenants without one" })
    }

    pub(crate) fn policy(&self) -> Result<&'a Policy, Error> {
        self.tenant().map(Tenant::policy)
    }

    pub(crate) fn major_key(&self, kind: MajorKeyKind) -> Result<&'a MajorKey, Error> {
        self.tenant()?.major_keys().find(kind).ok_or(Error::MajorKeyMissing { name: kind.name() })
    }

    /// The check value of a working key in the digits of the tenant's policy.
    pub(crate) fn check_value(&self, key: &WorkingKey) -> Result<CheckDigits, Error> {
        let value = key.check_value();
        let digits = self.policy()?.check_digits;
        CheckDigits::new(value.bytes(), digits).ok_or(Error::Internal { what: "a check value too short" })
    }

    /// Asks for a key to be put into a slot of the tenant's table.
    pub(crate) fn put_key(&mut self, command: Command, slot: Slot, entry: Entry) -> Result<(), Error> {
        let tenant = self.tenant()?;
        let sealing = tenant.sealing().ok_or(Error::MajorKeyMissing { name: MajorKeyKind::Ftk.name() })?;
        let record = Record::key(tenant.name(), slot, &entry, sealing, self.random);
        self.change(command, slot, ChangeEffect::Fill(slot, entry.into()), record)
    }

    /// Asks for a slot of the tenant's table to be emptied.
    pub(crate) fn remove_key(&mut self, command: Command, slot: Slot) -> Result<(), Error> {
        let record = Record::no_key(self.tenant()?.name(), slot);
        self.change(command, slot, ChangeEffect::Empty(slot), record)
    }

    fn change(&mut self, command: Command, slot: Slot, effect: ChangeEffect, record: Record) -> Result<(), Error> {
        let Channel::Application(id) = self.session.channel() else {
            return Err(Error::Internal { what: "a change without a tenant" });
        };
        self.changes.push(Change::new(id, effect, record));
        self.event = Some(Event { tenant: self.tenant()?.name().to_string(), command, slot });
        Ok(())
    }

    /// The slot that a field names, which must lie within the table.
    pub(crate) fn slot(&self, tag: Tag, slot: Slot) -> Result<Slot, Error> {
        let slots = self.tenant()?.table().capacity();
        if slot.number() < slots { Ok(slot) } else { Err(Error::SlotMissing { tag, slot: slot.number(), slots }) }
    }

    /// The key in a slot, which must hold one.
    pub(crate) fn entry(&self, tag: Tag, slot: Slot) -> Result<&'a Entry, Error> {
        let slot = self.slot(tag, slot)?;
        let entry = self.tenant()?.table().find(slot).map(AsRef::as_ref);
        entry.ok_or(Error::SlotEmpty { tag, slot: slot.number() })
    }
}
