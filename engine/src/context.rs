//! What a handler works with: its tenant, its session, time, randomness, and the changes it wants.

mod prepared;

use std::sync::Arc;

use protocol::field::data::{CheckDigits, Handle};
use protocol::tag::Tag;

use crate::access::Standing;
use crate::asymmetric::AsymmetricEntry;
use crate::attest::Attestation;
use crate::audit::Log;
use crate::behaviour::Pace;
use crate::continuation::Gathered;
use crate::error::Error;
use crate::hsm::{Facts, Hsm, Timestamp};
use crate::key::check_value::CheckValue;
use crate::key::pair::fingerprint;
use crate::login::Login;
use crate::major_key::{Age, MajorKey, MajorKeyKind};
use crate::outcome::{Change, ChangeEffect};
use crate::partition::Partition;
use crate::policy::Policy;
use crate::public_key::PublicKey;
use crate::random::Generator;
use crate::record::Record;
use crate::seal::SealingKey;
use crate::session::{Channel, Session};
use crate::signing::Terms;
use crate::slot::{Entry, Slot};
use crate::state::State;
use crate::tenant::{Tenant, TenantId};

/// Everything that a handler may touch. Another tenant's data is not among it.
pub(crate) struct Context<'a> {
    hsm: &'a Hsm,
    state: &'a State,
    standing: Standing<'a>,
    session: &'a mut Session,
    now: Timestamp,
    random: &'a mut Generator,
    changes: Vec<Change>,
    /// Changes that are made even where the request is refused.
    penalties: Vec<Change>,
    what: Option<String>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        hsm: &'a Hsm,
        state: &'a State,
        standing: Standing<'a>,
        session: &'a mut Session,
        now: Timestamp,
        random: &'a mut Generator,
    ) -> Self {
        let (changes, penalties) = (Vec::new(), Vec::new());
        Self { hsm, state, standing, session, now, random, changes, penalties, what: None }
    }

    /// The changes to make, and what the audit says.
    pub(crate) fn finish(mut self, is_served: bool) -> (Vec<Change>, Option<String>) {
        (std::mem::take(self.wanted(is_served)), self.what)
    }

    /// What is to be changed, by whether the request was served.
    fn wanted(&mut self, is_served: bool) -> &mut Vec<Change> {
        if is_served { &mut self.changes } else { &mut self.penalties }
    }

    /// What the audit is to say, taken out.
    pub(crate) fn noted(&mut self) -> Option<String> {
        self.what.take()
    }

    /// Whether there is a change to make.
    pub(crate) fn wants_change(&mut self, is_served: bool) -> bool {
        !self.wanted(is_served).is_empty()
    }

    pub(crate) fn facts(&self) -> &'a Facts {
        self.hsm.facts()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn random(&mut self) -> &mut Generator {
        self.random
    }

    /// All tenants, for administration; `None` for everybody else.
    pub(crate) fn administration(&self) -> Option<&'a State> {
        match self.standing {
            Standing::Administration => Some(self.state),
            Standing::Tenant(..) => None,
        }
    }

    pub(crate) fn tenant(&self) -> Result<&'a Tenant, Error> {
        match self.standing {
            Standing::Tenant(tenant, _) => Ok(tenant),
            Standing::Administration => Err(Error::TenantOnly),
        }
    }

    /// The partition whose rights the session has.
    pub(crate) fn partition(&self) -> Result<&'a Partition, Error> {
        match self.standing {
            Standing::Tenant(_, partition) => Ok(partition),
            Standing::Administration => Err(Error::TenantOnly),
        }
    }

    /// What hardware the tenant is to behave as.
    pub(crate) fn pace(&self) -> Option<&'a Pace> {
        let tenant = self.tenant().ok()?;
        self.state.behaviour()?.pace(tenant.name())
    }

    pub(crate) fn policy(&self) -> Result<&'a Policy, Error> {
        self.tenant().map(Tenant::policy)
    }

    pub(crate) fn session(&self) -> &Session {
        self.session
    }

    pub(crate) fn session_mut(&mut self) -> &mut Session {
        self.session
    }

    /// Keeps data of which more is to come in the next frame.
    pub(crate) fn continue_with(
        &mut self,
        before: Option<Handle>,
        terms: Terms,
        data: Gathered,
        now: Timestamp,
    ) -> Handle {
        self.session.continuations().put(before, terms, data, now, self.random)
    }

    /// Who is logged in; somebody must be.
    pub(crate) fn login(&self) -> Result<Arc<Login>, Error> {
        let nobody = if self.session.has_ended() { Error::LoginEnded } else { Error::NotLoggedIn };
        self.session.login().cloned().ok_or(nobody)
    }

    pub(crate) fn major_key(&self, kind: MajorKeyKind) -> Result<&'a MajorKey, Error> {
        self.shared_major_key(kind).map(AsRef::as_ref)
    }

    /// As [`Self::major_key`], for whoever keeps it.
    pub(crate) fn shared_major_key(&self, kind: MajorKeyKind) -> Result<&'a Arc<MajorKey>, Error> {
        let tenant = self.tenant()?;
        let missing = if tenant.is_tampered() { Error::Tampered } else { Error::MajorKeyMissing { name: kind.name() } };
        tenant.major_keys().of_age(kind, Age::Current).ok_or(missing)
    }

    /// What new keys of the tables are sealed under.
    pub(crate) fn sealing(&self) -> Result<&'a SealingKey, Error> {
        let tenant = self.tenant()?;
        let missing = if tenant.is_tampered() { Error::Tampered } else { Error::TokenKeyMissing };
        tenant.sealing().ok_or(missing)
    }

    /// A check value in the digits of the tenant's policy.
    pub(crate) fn check_digits(&self, value: CheckValue) -> Result<CheckDigits, Error> {
        let digits = self.policy()?.check_digits;
        CheckDigits::new(value.bytes(), digits).ok_or(Error::Internal { what: "a check value too short" })
    }

    /// The check value of a public key in as many digits.
    pub(crate) fn check_value_of(&self, key: &PublicKey) -> Result<CheckDigits, Error> {
        let digits = self.policy()?.check_digits;
        CheckDigits::new(&fingerprint(key.spki()), digits).ok_or(Error::Internal { what: "a check value too short" })
    }

    /// What the audit says of the request, beside who asked it and how it ended.
    pub(crate) fn note(&mut self, what: String) {
        self.what = Some(what);
    }

    /// What was recorded.
    pub(crate) fn log(&self) -> &dyn Log {
        self.hsm.log()
    }

    /// Whether the HSM has a certificate whose validity is over, to be shown on purpose.
    pub(crate) fn can_show_expired(&self) -> bool {
        self.hsm.can_show_expired()
    }

    /// The HSM's signature over a message.
    pub(crate) fn attest(&self, message: &[u8]) -> Option<Attestation> {
        self.hsm.attest(message)
    }

    /// The major key of an age other than the one in use.
    pub(crate) fn major_key_of(&self, kind: MajorKeyKind, age: Age) -> Result<&'a Arc<MajorKey>, Error> {
        let found = self.tenant()?.major_keys().of_age(kind, age);
        found.ok_or(Error::NoChange { name: kind.name(), age: age.name() })
    }

    /// Asks for a major key to be loaded. That ends the effect of a tamper event.
    pub(crate) fn load_major_key(&mut self, kind: MajorKeyKind, age: Age, key: Arc<MajorKey>) -> Result<(), Error> {
        let tenant = self.tenant()?;
        let record = Record::major_key(tenant.name(), (kind, age), &key, self.hsm.device(), self.random);
        if tenant.is_tampered() {
            self.change(ChangeEffect::Tamper(false), Record::tampered(tenant.name(), false))?;
        }
        self.change(ChangeEffect::Load(kind, age, key), record)
    }

    /// Asks for a major key to be cleared.
    pub(crate) fn clear_major_key(&mut self, kind: MajorKeyKind, age: Age) -> Result<(), Error> {
        let record = Record::no_major_key(self.tenant()?.name(), kind, age);
        self.change(ChangeEffect::Clear(kind, age), record)
    }

    /// Asks for a key of the table to be sealed under the pending FTK.
    pub(crate) fn seal_again(&mut self, slot: Slot, entry: Arc<Entry>) -> Result<(), Error> {
        let tenant = self.tenant()?;
        let sealing = tenant.sealing().ok_or(Error::TokenKeyMissing)?;
        let record = Record::key(tenant.name(), slot, &entry, sealing, self.random);
        self.change(ChangeEffect::Fill(slot, entry), record)
    }

    /// Any tenant, for administration.
    pub(crate) fn any_tenant(&self, name: &str) -> Result<(TenantId, &'a Tenant), Error> {
        let state = self.administration().ok_or(Error::AdministrationOnly)?;
        let found = state.find(name).and_then(|id| state.tenant(id).map(|tenant| (id, tenant)));
        found.ok_or(Error::TenantMissing { tag: Tag::of("RT") })
    }

    /// Asks for a change that is made already.
    pub(crate) fn push(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Asks for a change of any tenant, for administration.
    pub(crate) fn change_of(&mut self, tenant: TenantId, effect: ChangeEffect, record: impl Into<Option<Record>>) {
        self.changes.push(Change::new(tenant, effect, record));
    }

    /// Asks for a change of behaviour, of one tenant or of the HSM.
    pub(crate) fn change_behaviour(&mut self, tenant: Option<TenantId>, effect: ChangeEffect) {
        self.changes.push(Change::new(tenant.unwrap_or(TenantId::NONE), effect, None));
    }

    /// Asks for a key to be put into a slot of the tenant's table.
    pub(crate) fn put_key(&mut self, slot: Slot, entry: Entry) -> Result<(), Error> {
        let (tenant, sealing) = (self.tenant()?, self.sealing()?);
        let check_value = self.check_digits(*entry.check_value())?;
        self.note(format!("slot {} holds a key with check value {check_value}", slot.number()));
        let record = Record::key(tenant.name(), slot, &entry, sealing, self.random);
        self.change(ChangeEffect::Fill(slot, entry.into()), record)
    }

    /// Asks for a key to be put into a slot of the tenant's asymmetric table, or to be sealed again there.
    pub(crate) fn put_asymmetric(&mut self, slot: Slot, entry: Arc<AsymmetricEntry>) -> Result<(), Error> {
        let (tenant, sealing) = (self.tenant()?, self.sealing()?);
        let record = Record::asymmetric(tenant.name(), slot, &entry, sealing, self.random);
        self.change(ChangeEffect::FillAsymmetric(slot, entry), record)
    }

    /// Asks for a slot of the tenant's asymmetric table to be emptied.
    pub(crate) fn remove_asymmetric(&mut self, slot: Slot) -> Result<(), Error> {
        self.note(format!("asymmetric slot {} is empty", slot.number()));
        let record = Record::no_asymmetric(self.tenant()?.name(), slot);
        self.change(ChangeEffect::EmptyAsymmetric(slot), record)
    }

    /// The key in a slot of the asymmetric table, which must hold one.
    pub(crate) fn asymmetric(&self, tag: Tag, slot: Slot) -> Result<&'a AsymmetricEntry, Error> {
        let slot = self.slot(tag, slot)?;
        let entry = self.tenant()?.asymmetric().find(slot).map(AsRef::as_ref);
        entry.ok_or(Error::SlotEmpty { tag, slot: slot.number() })
    }

    /// Asks for a slot of the tenant's table to be emptied.
    pub(crate) fn remove_key(&mut self, slot: Slot) -> Result<(), Error> {
        self.note(format!("slot {} is empty", slot.number()));
        let record = Record::no_key(self.tenant()?.name(), slot);
        self.change(ChangeEffect::Empty(slot), record)
    }

    /// Asks for a change of the tenant.
    pub(crate) fn change(&mut self, effect: ChangeEffect, record: impl Into<Option<Record>>) -> Result<(), Error> {
        let change = self.made(effect, record)?;
        self.changes.push(change);
        Ok(())
    }

    /// Asks for a change that is made even where the request is refused: the only thing that a refusal leaves behind.
    pub(crate) fn penalty(&mut self, effect: ChangeEffect, record: Record) -> Result<(), Error> {
        let change = self.made(effect, record)?;
        self.penalties.push(change);
        Ok(())
    }

    /// The key under which a record of the tenant's people is sealed, with randomness for it.
    pub(crate) fn device(&mut self) -> (&'a SealingKey, &mut Generator) {
        (self.hsm.device(), self.random)
    }

    fn made(&self, effect: ChangeEffect, record: impl Into<Option<Record>>) -> Result<Change, Error> {
        match self.session.channel() {
            Channel::Application(id) => Ok(Change::new(id, effect, record)),
            Channel::Administration => Err(Error::Internal { what: "a change without a tenant" }),
        }
    }

    /// The slot that a field names, which must lie within the table and within the partition's reach.
    pub(crate) fn slot(&self, tag: Tag, slot: Slot) -> Result<Slot, Error> {
        let slots = self.tenant()?.table().capacity();
        if slot.number() >= slots {
            return Err(Error::SlotMissing { tag, slot: slot.number(), slots });
        }
        if !self.partition()?.reaches(slot) {
            return Err(Error::SlotForbidden { tag, slot: slot.number() });
        }
        Ok(slot)
    }

    /// The key in a slot, which must hold one.
    pub(crate) fn entry(&self, tag: Tag, slot: Slot) -> Result<&'a Entry, Error> {
        let slot = self.slot(tag, slot)?;
        let entry = self.tenant()?.table().find(slot).map(AsRef::as_ref);
        entry.ok_or(Error::SlotEmpty { tag, slot: slot.number() })
    }
}
