//! The asymmetric table: key pairs and trusted public keys in slots of their own, found by number and by label.

use std::sync::Arc;

use imbl::{HashMap, OrdSet};
use protocol::field::number::SlotNumber;
use protocol::field::text::Label;

use crate::key::KeyPair;
use crate::key::pair::fingerprint;
use crate::public_key::PublicKey;
use crate::slot::{EmptySlots, Places, Slot};
use crate::trusted_key::{Basis, TrustedKey};

/// What a slot of the asymmetric table holds.
#[derive(Debug)]
pub enum AsymmetricKey {
    /// A key pair.
    Pair(KeyPair),
    /// Another's public key.
    Trusted(TrustedKey),
}

impl AsymmetricKey {
    /// Its public key.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        match self {
            Self::Pair(pair) => pair.private().public(),
            Self::Trusted(trusted) => &trusted.key,
        }
    }

    /// Its public key with the usage that it is trusted for; `None` for a pair whose public half is trusted for nothing.
    #[must_use]
    pub fn trusted(&self) -> Option<TrustedKey> {
        match self {
            Self::Pair(pair) => {
                let key = pair.private().public().clone();
                pair.usage().map(|usage| TrustedKey { usage, key, basis: Basis::OwnPair })
            }
            Self::Trusted(trusted) => Some(trusted.clone()),
        }
    }
}

/// A key in the asymmetric table.
#[derive(Debug)]
pub struct AsymmetricEntry {
    key: AsymmetricKey,
    label: Option<Label>,
}

impl AsymmetricEntry {
    /// A key with its label.
    #[must_use]
    pub fn new(key: AsymmetricKey, label: Option<Label>) -> Self {
        Self { key, label }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &AsymmetricKey {
        &self.key
    }

    /// Its label.
    #[must_use]
    pub fn label(&self) -> Option<&Label> {
        self.label.as_ref()
    }

    /// What recognises it: the leading bytes of SHA-256 of its public key.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 5] {
        fingerprint(self.key.public().spki())
    }
}

/// The asymmetric keys of one tenant. It has as many slots as the key table. Persistent maps: a clone costs nothing.
#[derive(Clone, Debug)]
pub struct AsymmetricTable {
    entries: Places<Arc<AsymmetricEntry>>,
    labels: HashMap<Label, Slot>,
    /// Of all that a number can name; whoever asks says how many of them there are.
    empty: EmptySlots,
    /// Slots whose keys are not sealed under the pending FTK yet; empty where none is pending.
    behind: OrdSet<Slot>,
}

impl Default for AsymmetricTable {
    fn default() -> Self {
        let empty = EmptySlots::new(SlotNumber::MAX_NUMBER.value() + 1);
        Self { entries: Places::new(), labels: HashMap::new(), empty, behind: OrdSet::new() }
    }
}

impl AsymmetricTable {
    /// Keys in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// No key in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The key in `slot`.
    #[must_use]
    pub fn find(&self, slot: Slot) -> Option<&Arc<AsymmetricEntry>> {
        self.entries.get(slot)
    }

    /// The slot of the key with this label.
    #[must_use]
    pub fn labelled(&self, label: &Label) -> Option<Slot> {
        self.labels.get(label).copied()
    }

    /// The highest slot that holds a key.
    pub(crate) fn highest(&self) -> Option<Slot> {
        self.entries.last()
    }

    /// The lowest empty slot from `first` to `last`.
    #[must_use]
    pub fn lowest_empty_within(&self, first: Slot, last: Slot) -> Option<Slot> {
        self.empty.lowest_within(first.number(), last.number()).and_then(SlotNumber::new).map(Slot::from)
    }

    /// The keys from `from` on in the order of their slots.
    pub fn from(&self, from: Slot) -> impl Iterator<Item = (Slot, &Arc<AsymmetricEntry>)> {
        self.entries.from(from)
    }

    /// Slots whose keys are to be sealed under the pending FTK, in order.
    pub(crate) fn behind(&self) -> &OrdSet<Slot> {
        &self.behind
    }

    /// All are behind a new pending FTK; or none, as there is no pending one any more.
    pub(crate) fn put_behind(&mut self, is_pending: bool) {
        self.behind = if is_pending { self.entries.slots().collect() } else { OrdSet::new() };
    }

    pub(crate) fn put_one_behind(&mut self, slot: Slot) {
        self.behind.insert(slot);
    }

    /// Puts a key into a slot in place of what was there.
    pub fn put(&mut self, slot: Slot, entry: Arc<AsymmetricEntry>) {
        self.remove(slot);
        if let Some(label) = entry.label() {
            self.labels.insert(label.clone(), slot);
        }
        self.entries.insert(slot, entry);
        self.empty.take(slot.number());
    }

    /// Empties a slot.
    pub fn remove(&mut self, slot: Slot) {
        self.behind.remove(&slot);
        let Some(entry) = self.entries.remove(slot) else { return };
        if let Some(label) = entry.label() {
            self.labels.remove(label);
        }
        self.empty.give_back(slot.number());
    }
}
