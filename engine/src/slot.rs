//! The key table: slots, found by number, by label and by check value at the same cost however many there are.

mod places;

use std::sync::{Arc, OnceLock};

use imbl::{HashMap, OrdMap, OrdSet};
use protocol::field::data::CheckDigits;
use protocol::field::number::SlotNumber;
use protocol::field::text::Label;

use crate::cipher::BlockCipher;
use crate::key::WorkingKey;
use crate::key::check_value::CheckValue;
use crate::key::derive::Kbpk;
pub(crate) use places::Places;

/// A place in the key table, 0 to 99,999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(SlotNumber);

impl Slot {
    /// Its number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0.value()
    }

    /// As it stands on the wire.
    #[must_use]
    pub fn wire(self) -> SlotNumber {
        self.0
    }
}

impl From<SlotNumber> for Slot {
    fn from(number: SlotNumber) -> Self {
        Self(number)
    }
}

/// A key in the table. In this order in memory: what nearly every request looks at lies together, and a table of many keys is
/// in no cache.
#[derive(Debug)]
#[repr(C)]
pub struct Entry {
    check_value: CheckValue,
    key: WorkingKey,
    label: Option<Label>,
    /// Derived on first use as a key block protection key; pays for every use after that.
    kbpk: OnceLock<Option<Box<Kbpk>>>,
    /// Its schedule, likewise.
    cipher: OnceLock<Option<Box<BlockCipher>>>,
}

impl Entry {
    /// A key with its label.
    #[must_use]
    pub fn new(key: WorkingKey, label: Option<Label>) -> Self {
        let check_value = key.check_value();
        Self { key, label, check_value, kbpk: OnceLock::new(), cipher: OnceLock::new() }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &WorkingKey {
        &self.key
    }

    /// Its label.
    #[must_use]
    pub fn label(&self) -> Option<&Label> {
        self.label.as_ref()
    }

    /// Its check value.
    #[must_use]
    pub fn check_value(&self) -> &CheckValue {
        &self.check_value
    }

    /// The context for wrapping under this key, `None` where such a key cannot wrap.
    #[must_use]
    pub fn kbpk(&self) -> Option<&Kbpk> {
        self.kbpk.get_or_init(|| self.key.kbpk().ok().map(Box::new)).as_deref()
    }

    /// The cipher of this key, `None` where it is none of a block cipher.
    pub(crate) fn cipher(&self) -> Option<&BlockCipher> {
        let make = || BlockCipher::new(self.key.attributes().algorithm, self.key.material()).ok().map(Box::new);
        self.cipher.get_or_init(make).as_deref()
    }
}

/// The keys of one tenant. Persistent maps: a clone costs nothing, a change costs the path to one leaf.
#[derive(Clone, Debug)]
pub struct KeyTable {
    capacity: u32,
    entries: Places<Arc<Entry>>,
    labels: HashMap<Label, Slot>,
    /// By their first four digits, and by their first six; within these in the order of slots.
    check_values: [OrdSet<([u8; INDEXED], Slot)>; 2],
    empty: EmptySlots,
    /// Slots whose keys are not sealed under the pending FTK yet; empty where none is pending.
    behind: OrdSet<Slot>,
}

impl KeyTable {
    /// An empty table of `capacity` slots.
    #[must_use]
    pub fn new(capacity: u32) -> Self {
        let (entries, labels, check_values) = (Places::new(), HashMap::new(), [OrdSet::new(), OrdSet::new()]);
        Self { capacity, entries, labels, check_values, empty: EmptySlots::new(capacity), behind: OrdSet::new() }
    }

    /// Slots in all.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

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
    pub fn find(&self, slot: Slot) -> Option<&Arc<Entry>> {
        self.entries.get(slot)
    }

    /// The slot of the key with this label.
    #[must_use]
    pub fn labelled(&self, label: &Label) -> Option<Slot> {
        self.labels.get(label).copied()
    }

    /// The slots from `from` on, in order, whose keys have a check value that begins with these digits.
    pub fn with_check_value(&self, digits: &CheckDigits, from: Slot) -> impl Iterator<Item = Slot> {
        let digits = *digits;
        let length = digits.bytes().len().min(INDEXED);
        let range = (index_form(digits.bytes(), length), from)..=(index_form(digits.bytes(), length), LAST);
        // Six digits find nearly always one key; where more are given, the key itself is asked.
        let found = self.check_values[length - SHORTEST].range(range).map(|(_, slot)| *slot);
        found.filter(move |slot| {
            let entry = self.entries.get(*slot);
            entry.is_some_and(|entry| entry.check_value().bytes().starts_with(digits.bytes()))
        })
    }

    /// The keys from `from` on in the order of their slots.
    pub fn from(&self, from: Slot) -> impl Iterator<Item = (Slot, &Arc<Entry>)> {
        self.entries.from(from)
    }

    /// The lowest empty slot, `None` when the table is full.
    #[must_use]
    pub fn lowest_empty(&self) -> Option<Slot> {
        self.empty.lowest().and_then(SlotNumber::new).map(Slot)
    }

    /// The lowest empty slot from `first` to `last`.
    #[must_use]
    pub fn lowest_empty_within(&self, first: Slot, last: Slot) -> Option<Slot> {
        self.empty.lowest_within(first.number(), last.number()).and_then(SlotNumber::new).map(Slot)
    }

    /// Gives the table another number of slots. Keys beyond them stay, out of reach.
    pub(crate) fn resize(&mut self, capacity: u32) {
        let mut empty = EmptySlots::new(capacity);
        self.entries.slots().for_each(|slot| empty.take(slot.number()));
        self.capacity = capacity;
        self.empty = empty;
    }

    /// The highest slot that holds a key.
    pub(crate) fn highest(&self) -> Option<Slot> {
        self.entries.last()
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
    pub fn put(&mut self, slot: Slot, entry: Arc<Entry>) {
        self.remove(slot);
        if let Some(label) = entry.label() {
            self.labels.insert(label.clone(), slot);
        }
        for (index, length) in self.check_values.iter_mut().zip(SHORTEST..) {
            index.insert((index_form(entry.check_value().bytes(), length), slot));
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
        for (index, length) in self.check_values.iter_mut().zip(SHORTEST..) {
            index.remove(&(index_form(entry.check_value().bytes(), length), slot));
        }
        // A store may hold keys beyond a table that was made smaller since; their slots are none of its own.
        if slot.number() < self.capacity {
            self.empty.give_back(slot.number());
        }
    }
}

/// The empty slots as ranges, each from its first slot to the one after its last. Filling or emptying a slot touches two
/// ranges at most, wherever it lies in a full table.
#[derive(Clone, Debug)]
pub(crate) struct EmptySlots(OrdMap<u32, u32>);

impl EmptySlots {
    pub(crate) fn new(capacity: u32) -> Self {
        Self(if capacity == 0 { OrdMap::new() } else { OrdMap::unit(0, capacity) })
    }

    fn lowest(&self) -> Option<u32> {
        self.0.get_min().map(|(start, _)| *start)
    }

    pub(crate) fn lowest_within(&self, first: u32, last: u32) -> Option<u32> {
        let inside = self.0.get_prev(&first).filter(|(_, end)| first < **end).map(|_| first);
        inside.or_else(|| self.0.get_next(&first).map(|(start, _)| *start)).filter(|slot| *slot <= last)
    }

    pub(crate) fn take(&mut self, slot: u32) {
        let Some((start, end)) = self.0.get_prev(&slot).map(|(start, end)| (*start, *end)) else { return };
        if slot >= end {
            return;
        }
        self.0.remove(&start);
        for (start, end) in [(start, slot), (slot + 1, end)] {
            if start < end {
                self.0.insert(start, end);
            }
        }
    }

    pub(crate) fn give_back(&mut self, slot: u32) {
        let before = self.0.get_prev(&slot).map(|(start, end)| (*start, *end));
        let start = before.filter(|(_, end)| *end == slot).map_or(slot, |(start, _)| start);
        let end = self.0.remove(&(slot + 1)).unwrap_or(slot + 1);
        self.0.insert(start, end);
    }
}

const LAST: Slot = Slot(SlotNumber::MAX_NUMBER);

/// Bytes of a check value that can be looked up: four digits, or six and more.
const SHORTEST: usize = 2;
const INDEXED: usize = 3;

/// The leading `length` bytes of a check value.
fn index_form(check_value: &[u8], length: usize) -> [u8; INDEXED] {
    let mut bytes = [0; INDEXED];
    let kept = check_value.len().min(length);
    bytes[..kept].copy_from_slice(&check_value[..kept]);
    bytes
}
