//! A tenant's identities, partitions and sessions.

use std::ops::Bound;
use std::sync::Arc;

use imbl::{OrdMap, Vector};
use protocol::field::name::{IdentityName, PartitionName};

use crate::hsm::Timestamp;
use crate::identity::Identity;
use crate::login::Login;
use crate::partition::{ADMINISTRATOR, ANONYMOUS, Partition};

/// Identities, roles, and sessions of a tenant at most.
pub(crate) const MOST: usize = 1000;

/// Who may do what.
#[derive(Clone, Debug)]
pub struct People {
    identities: OrdMap<IdentityName, Arc<Identity>>,
    partitions: OrdMap<PartitionName, Arc<Partition>>,
    /// Kept apart: every request before a login asks for it.
    anonymous: Arc<Partition>,
    logins: Vector<Arc<Login>>,
}

impl Default for People {
    /// Nobody, and the partitions that every tenant has.
    fn default() -> Self {
        let [administrator, anonymous, custodian] = Partition::built_in().map(Arc::new);
        let mut people = Self {
            identities: OrdMap::new(),
            partitions: OrdMap::new(),
            anonymous: Arc::clone(&anonymous),
            logins: Vector::new(),
        };
        for partition in [administrator, anonymous, custodian] {
            people.put_partition(partition);
        }
        people
    }
}

impl People {
    /// The identity of this name.
    #[must_use]
    pub fn identity(&self, name: &IdentityName) -> Option<&Identity> {
        self.identities.get(name).map(AsRef::as_ref)
    }

    /// The identities after this name, in the order of their names.
    pub(crate) fn identities_after(&self, name: Option<&IdentityName>) -> impl Iterator<Item = &Identity> {
        let from = name.cloned().map_or(Bound::Unbounded, Bound::Excluded);
        self.identities.range::<_, IdentityName>((from, Bound::Unbounded)).map(|(_, identity)| identity.as_ref())
    }

    pub(crate) fn identities(&self) -> impl Iterator<Item = &Identity> {
        self.identities.values().map(AsRef::as_ref)
    }

    /// The partition of this name.
    #[must_use]
    pub fn partition(&self, name: &PartitionName) -> Option<&Partition> {
        self.partitions.get(name).map(AsRef::as_ref)
    }

    /// All partitions, in the order of their names.
    pub fn partitions(&self) -> impl Iterator<Item = &Partition> {
        self.partitions.values().map(AsRef::as_ref)
    }

    /// What a connection has before anybody logs in.
    #[must_use]
    pub fn anonymous(&self) -> &Partition {
        &self.anonymous
    }

    /// Sessions with a login that are not over.
    pub fn logins(&self, now: Timestamp) -> impl Iterator<Item = &Arc<Login>> {
        self.logins.iter().filter(move |login| login.left(now).is_some())
    }

    /// Whether the tenant could still be administered without this identity: as many others have the role as it requires.
    pub(crate) fn can_do_without(&self, name: &IdentityName) -> bool {
        let Some(gone) = self.identity(name).filter(|gone| gone.partition.as_str() == ADMINISTRATOR) else {
            return true;
        };
        let needed = self.partition(&gone.partition).map_or(2, |partition| partition.logins_required);
        let others = self.identities().filter(|one| one.partition == gone.partition && one.name != gone.name);
        others.count() >= usize::from(needed)
    }

    /// Whether there is no identity at all: the tenant is new.
    #[must_use]
    pub fn has_nobody(&self) -> bool {
        self.identities.is_empty()
    }

    pub(crate) fn put_identity(&mut self, identity: Arc<Identity>) {
        self.identities.insert(identity.name.clone(), identity);
    }

    pub(crate) fn remove_identity(&mut self, name: &IdentityName) {
        self.identities.remove(name);
    }

    /// Ends every session that the identity is on.
    pub(crate) fn end_logins_of(&mut self, name: &IdentityName) {
        self.logins.iter().filter(|login| login.has(name)).for_each(|login| login.end());
    }

    pub(crate) fn put_partition(&mut self, partition: Arc<Partition>) {
        if partition.name.as_str() == ANONYMOUS {
            self.anonymous = Arc::clone(&partition);
        }
        self.partitions.insert(partition.name.clone(), partition);
    }

    pub(crate) fn remove_partition(&mut self, name: &PartitionName) {
        self.partitions.remove(name);
    }

    /// Keeps a session, and forgets those that are over.
    pub(crate) fn put_login(&mut self, login: Arc<Login>, now: Timestamp) {
        self.sweep(now);
        self.logins.push_back(login);
    }

    pub(crate) fn is_to_be_swept(&self, now: Timestamp) -> bool {
        self.logins.iter().any(|known| known.left(now).is_none())
    }

    pub(crate) fn sweep(&mut self, now: Timestamp) {
        self.logins.retain(|known| known.left(now).is_some());
    }
}
