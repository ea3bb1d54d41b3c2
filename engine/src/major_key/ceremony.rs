//! A ceremony: a major key loaded by several custodians, or taken onto cards by them.
//!
//! It lives in memory only. Whatever ends it before it is confirmed (an abort, the end of its time, a restart) leaves no
//! trace of the key.

use std::fmt;
use std::sync::Arc;

use protocol::field::code::CeremonyMethod;
use protocol::field::data::CeremonyId;
use protocol::field::name::IdentityName;

use super::fragment::{Collection, Fragment, Set};
use super::{Age, MajorKey, MajorKeyKind};
use crate::envelope::KeyPair;
use crate::hsm::Timestamp;
use crate::key::{self, Algorithm, KeyMaterial, KeyType, check_value, parity};

/// One ceremony. A step makes a new one of it; the old one is wiped with the state that held it.
#[derive(Clone)]
pub struct Ceremony {
    pub(crate) id: CeremonyId,
    pub(crate) kind: MajorKeyKind,
    pub(crate) pair: KeyPair,
    /// Where the key is to stand.
    pub(crate) age: Age,
    pub(crate) deadline: Timestamp,
    pub(crate) work: Work,
}

/// What is done in it.
#[derive(Clone)]
pub(crate) enum Work {
    Components(Components),
    Fragments { collection: Collection, custodians: Vec<IdentityName> },
    Cards(Cards),
}

/// Components that come in.
#[derive(Clone)]
pub(crate) struct Components {
    pub(crate) key_type: KeyType,
    pub(crate) total: u8,
    /// Each stays in its place, so that nothing of it is left where a list was that has grown.
    pub(crate) given: Vec<(IdentityName, Arc<KeyMaterial>)>,
}

/// Fragments that go out.
#[derive(Clone)]
pub(crate) struct Cards {
    pub(crate) fragments: Vec<Fragment>,
    /// Which was taken by whom.
    pub(crate) taken: Vec<(u8, IdentityName)>,
    /// The key of the fragments.
    pub(crate) key: KeyMaterial,
    /// It is new, and goes live when all are taken.
    pub(crate) is_new: bool,
}

/// Why a component is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ComponentFault {
    /// Its bytes are not as many as the key's.
    Length,
    /// It is all zeros.
    Zeros,
    /// All are there.
    Complete,
    /// Its identity has given one.
    Identity,
    /// It was given before.
    Again,
    /// The key that all of them make is weak.
    Weak,
}

/// Why a fragment is not given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CardFault {
    /// There is none of this number.
    Number,
    /// Somebody else has taken it.
    Taken,
    /// All are taken.
    All,
    /// With it, one identity alone would have the key.
    Alone,
}

impl Components {
    /// Takes a component in; on a refusal nothing has changed.
    pub(crate) fn add(&mut self, by: IdentityName, component: KeyMaterial) -> Result<(), ComponentFault> {
        if component.len() != self.key_type.length() {
            return Err(ComponentFault::Length);
        }
        let counting = self.counting(&component);
        if counting == self.counting(&KeyMaterial::with_length(component.len(), |_| {})) {
            return Err(ComponentFault::Zeros);
        }
        if self.given.len() >= usize::from(self.total) {
            return Err(ComponentFault::Complete);
        }
        if self.given.iter().any(|(giver, _)| *giver == by) {
            return Err(ComponentFault::Identity);
        }
        if self.given.iter().any(|(_, known)| self.counting(known) == counting) {
            return Err(ComponentFault::Again);
        }
        self.given.push((by, component.into()));
        if self.key().is_some_and(|key| parity::check(self.key_type.algorithm(), &key).is_err()) {
            self.given.pop();
            return Err(ComponentFault::Weak);
        }
        Ok(())
    }

    /// What of a component counts: all but the parity bits, which are made odd.
    fn counting(&self, component: &KeyMaterial) -> KeyMaterial {
        let mut counting = component.clone();
        match self.key_type.algorithm() {
            Algorithm::Des | Algorithm::Tdes => parity::adjust(counting.expose_mut()),
            Algorithm::Aes
            | Algorithm::Hmac
            | Algorithm::Rsa
            | Algorithm::Ec
            | Algorithm::Dsa
            | Algorithm::MlDsa
            | Algorithm::MlKem => {}
        }
        counting
    }

    /// The components XORed, once all are there. The parity of a DES-family key is made odd: of an even number of
    /// components it would be even, and it does not change the check value (standards.md section 2).
    pub(crate) fn key(&self) -> Option<KeyMaterial> {
        if self.given.len() < usize::from(self.total) {
            return None;
        }
        let mut key = KeyMaterial::with_length(self.key_type.length(), |_| {});
        for (_, component) in &self.given {
            for (sum, byte) in key.expose_mut().iter_mut().zip(component.expose()) {
                *sum ^= byte;
            }
        }
        Some(self.counting(&key))
    }
}

impl Cards {
    /// A fragment for those who are logged in: the one asked for, or else the lowest that nobody has taken. Somebody alone
    /// gets fewer than make the key.
    pub(crate) fn take(&mut self, number: Option<u8>, by: &[IdentityName]) -> Result<Fragment, CardFault> {
        let wanted = match number {
            Some(number) => self.fragments.iter().find(|fragment| fragment.number() == number),
            None => self.fragments.iter().find(|fragment| self.taker(fragment.number()).is_none()),
        };
        let absent = if number.is_some() { CardFault::Number } else { CardFault::All };
        let fragment = wanted.ok_or(absent)?.clone();
        match self.taker(fragment.number()) {
            Some(taker) if by.contains(taker) => return Ok(fragment),
            Some(_) => return Err(CardFault::Taken),
            None => {}
        }
        let held = |name: &IdentityName| self.taken.iter().filter(|(_, by)| by == name).count();
        // On a session of two the one that has fewer takes it.
        let taker = by.iter().min_by_key(|name| held(name)).ok_or(CardFault::Number)?;
        let is_key = held(taker) + 1 >= usize::from(fragment.set().required);
        if by.len() < 2 && is_key {
            return Err(CardFault::Alone);
        }
        self.taken.push((fragment.number(), taker.clone()));
        Ok(fragment)
    }

    pub(crate) fn taker(&self, number: u8) -> Option<&IdentityName> {
        self.taken.iter().find(|(taken, _)| *taken == number).map(|(_, by)| by)
    }

    fn is_complete(&self) -> bool {
        self.taken.len() == self.fragments.len()
    }
}

impl Ceremony {
    /// How it loads the key.
    pub(crate) fn method(&self) -> CeremonyMethod {
        match &self.work {
            Work::Components(_) => CeremonyMethod::Components,
            Work::Fragments { .. } => CeremonyMethod::Fragments,
            Work::Cards(cards) if cards.is_new => CeremonyMethod::Generated,
            Work::Cards(_) => CeremonyMethod::Backup,
        }
    }

    /// The set of its fragments, where that is known.
    pub(crate) fn set(&self) -> Option<&Set> {
        match &self.work {
            Work::Components(_) => None,
            Work::Fragments { collection, .. } => collection.set(),
            Work::Cards(cards) => cards.fragments.first().map(Fragment::set),
        }
    }

    /// The type of its key, where that is known.
    pub(crate) fn key_type(&self) -> Option<KeyType> {
        match &self.work {
            Work::Components(components) => Some(components.key_type),
            Work::Fragments { .. } | Work::Cards(_) => self.set().map(|set| set.key_type),
        }
    }

    /// How much is done, and how much there is to do, where that is known.
    pub(crate) fn progress(&self) -> (usize, Option<usize>) {
        match &self.work {
            Work::Components(components) => (components.given.len(), Some(components.total.into())),
            Work::Fragments { collection, .. } => {
                (collection.numbers().count(), collection.set().map(|set| set.required.into()))
            }
            Work::Cards(cards) => (cards.taken.len(), Some(cards.fragments.len())),
        }
    }

    /// Who has given or taken something, in order.
    pub(crate) fn custodians(&self) -> Vec<&IdentityName> {
        match &self.work {
            Work::Components(components) => components.given.iter().map(|(by, _)| by).collect(),
            Work::Fragments { custodians, .. } => custodians.iter().collect(),
            Work::Cards(cards) => cards.taken.iter().map(|(_, by)| by).collect(),
        }
    }

    /// The key, as soon as what is there makes one.
    pub(crate) fn key(&self) -> Option<KeyMaterial> {
        match &self.work {
            Work::Components(components) => components.key(),
            Work::Fragments { collection, .. } => collection.combine().ok(),
            Work::Cards(cards) => Some(cards.key.clone()),
        }
    }

    /// The check value of [`Self::key`].
    pub(crate) fn check_value(&self) -> Option<check_value::CheckValue> {
        let algorithm = self.key_type()?.algorithm();
        Some(check_value::check_value(algorithm, None, &self.key()?))
    }

    /// Whether all is done but to confirm it.
    pub(crate) fn is_complete(&self) -> bool {
        match &self.work {
            Work::Components(_) | Work::Fragments { .. } => self.key().is_some(),
            Work::Cards(cards) => cards.is_complete(),
        }
    }

    /// The key to load, `None` where the ceremony only takes one onto cards.
    pub(crate) fn major_key(&self) -> Result<Option<MajorKey>, key::Error> {
        let is_backup = self.method() == CeremonyMethod::Backup;
        let (Some(key_type), Some(key), false) = (self.key_type(), self.key(), is_backup) else { return Ok(None) };
        MajorKey::new(key_type, key).map(Some)
    }

    /// Whether its time is over.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.deadline
    }
}

impl fmt::Debug for Ceremony {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ceremony({} by {:?})", self.kind.name(), self.method())
    }
}
