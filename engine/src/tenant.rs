//! A tenant: a virtual HSM with its own major keys, policy and key table.

use std::fmt;
use std::sync::Arc;

use protocol::field::data::CeremonyId;

use crate::asymmetric::AsymmetricTable;
use crate::hsm::Timestamp;
use crate::major_key::ceremony::Ceremony;
use crate::major_key::{Age, MajorKey, MajorKeyKind, MajorKeys};
use crate::people::People;
use crate::policy::Policy;
use crate::seal::SealingKey;
use crate::slot::{KeyTable, Slot};

/// The handle through which a tenant's data is reached; only a [`crate::State`] gives one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TenantId(pub(crate) u32);

impl TenantId {
    /// No tenant has it.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

/// A tenant's name: 1 to 32 lower-case letters, digits and hyphens, a letter first.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantName(Box<str>);

impl TenantName {
    /// A name that no tenant may have: it marks administrators' certificates.
    pub const RESERVED: &'static str = "administration";

    /// The name, if it is a legal one.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let first = name.bytes().next()?;
        let whole = (1..=32).contains(&name.len()) && first.is_ascii_lowercase() && name.bytes().all(legal);
        (whole && name != Self::RESERVED).then(|| Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TenantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// One virtual HSM.
#[derive(Clone, Debug)]
pub struct Tenant {
    name: TenantName,
    policy: Arc<Policy>,
    major_keys: MajorKeys,
    table: KeyTable,
    asymmetric: AsymmetricTable,
    people: People,
    ceremonies: Vec<Arc<Ceremony>>,
    /// Slots that the emulated hardware has.
    slots: Option<u32>,
    is_tampered: bool,
    is_suspended: bool,
    /// It was created over administration, and the configuration does not name it.
    is_created: bool,
}

impl Tenant {
    /// A tenant without keys.
    #[must_use]
    pub fn new(name: TenantName, policy: Policy) -> Self {
        let table = KeyTable::new(policy.slots);
        Self {
            name,
            policy: Arc::new(policy),
            major_keys: MajorKeys::default(),
            table,
            asymmetric: AsymmetricTable::default(),
            people: People::default(),
            ceremonies: Vec::new(),
            slots: None,
            is_tampered: false,
            is_suspended: false,
            is_created: false,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &TenantName {
        &self.name
    }

    /// Its settings.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Its major keys.
    #[must_use]
    pub fn major_keys(&self) -> &MajorKeys {
        &self.major_keys
    }

    /// Its key table.
    #[must_use]
    pub fn table(&self) -> &KeyTable {
        &self.table
    }

    /// Its asymmetric keys.
    #[must_use]
    pub fn asymmetric(&self) -> &AsymmetricTable {
        &self.asymmetric
    }

    /// Keys of both tables that are to be sealed under the pending FTK.
    pub(crate) fn keys_behind(&self) -> usize {
        self.table.behind().len() + self.asymmetric.behind().len()
    }

    /// Keys of both tables.
    pub(crate) fn keys(&self) -> usize {
        self.table.len() + self.asymmetric.len()
    }

    /// The highest slot that holds a key in either table.
    pub(crate) fn highest_slot(&self) -> Option<Slot> {
        self.table.highest().max(self.asymmetric.highest())
    }

    /// Its identities, partitions and sessions.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }

    /// What seals the keys of its table: derived from the FTK, the pending one where there is one, so `None` before an FTK
    /// is loaded.
    #[must_use]
    pub fn sealing(&self) -> Option<&SealingKey> {
        let pending = self.major_keys.of_age(MajorKeyKind::Ftk, Age::Pending).map(AsRef::as_ref);
        pending.or_else(|| self.major_keys.find(MajorKeyKind::Ftk)).map(|key| key.sealing())
    }

    pub(crate) fn table_mut(&mut self) -> &mut KeyTable {
        &mut self.table
    }

    pub(crate) fn asymmetric_mut(&mut self) -> &mut AsymmetricTable {
        &mut self.asymmetric
    }

    pub(crate) fn people_mut(&mut self) -> &mut People {
        &mut self.people
    }

    pub(crate) fn put_major_key(&mut self, kind: MajorKeyKind, age: Age, key: Option<Arc<MajorKey>>) {
        // From now on the tables' keys are sealed under the pending FTK, one after the other.
        if kind == MajorKeyKind::Ftk && age == Age::Pending {
            self.table.put_behind(key.is_some());
            self.asymmetric.put_behind(key.is_some());
        }
        self.major_keys.put(kind, age, key);
    }

    /// Whether its clients are refused.
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        self.is_suspended
    }

    pub(crate) fn put_suspended(&mut self, is_suspended: bool) {
        self.is_suspended = is_suspended;
    }

    /// Whether it was created over administration, and the configuration does not name it.
    #[must_use]
    pub fn is_created(&self) -> bool {
        self.is_created
    }

    /// The same tenant as one that was created.
    pub(crate) fn created(mut self) -> Self {
        self.is_created = true;
        self
    }

    pub(crate) fn put_policy(&mut self, policy: Policy) {
        self.policy = Arc::new(policy);
        self.resize();
    }

    /// Gives it no more slots than its hardware would have.
    pub(crate) fn bound_slots(&mut self, slots: Option<u32>) {
        if self.slots != slots {
            self.slots = slots;
            self.resize();
        }
    }

    fn resize(&mut self) {
        self.table.resize(self.slots.map_or(self.policy.slots, |slots| slots.min(self.policy.slots)));
    }

    /// Whether a tamper event has wiped every key, and none has been loaded since.
    #[must_use]
    pub fn is_tampered(&self) -> bool {
        self.is_tampered
    }

    pub(crate) fn put_tampered(&mut self, is_tampered: bool) {
        self.is_tampered = is_tampered;
        if is_tampered {
            self.ceremonies.clear();
        }
    }

    /// Ceremonies, those included whose time is over and that nobody has swept up yet.
    pub(crate) fn ceremonies(&self) -> impl Iterator<Item = &Ceremony> {
        self.ceremonies.iter().map(AsRef::as_ref)
    }

    /// Keeps a ceremony in the place of its former form.
    pub(crate) fn put_ceremony(&mut self, ceremony: Arc<Ceremony>) {
        self.end_ceremony(ceremony.id);
        self.ceremonies.push(ceremony);
    }

    pub(crate) fn end_ceremony(&mut self, id: CeremonyId) {
        self.ceremonies.retain(|known| known.id != id);
    }

    /// Whether there are ceremonies or sessions whose time is over.
    pub(crate) fn is_to_be_swept(&self, now: Timestamp) -> bool {
        self.ceremonies().any(|ceremony| ceremony.is_over(now)) || self.people.is_to_be_swept(now)
    }

    /// Forgets them, which wipes what they hold.
    pub(crate) fn sweep(&mut self, now: Timestamp) {
        self.ceremonies.retain(|ceremony| !ceremony.is_over(now));
        self.people.sweep(now);
    }
}
