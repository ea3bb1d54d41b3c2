//! Wiping all keys of a tenant.

use crate::outcome::ChangeEffect;
use crate::record::Record;
use crate::slot::Slot;
use crate::tenant::Tenant;
use protocol::field::number::SlotNumber;

/// What wiping takes.
pub(crate) struct Wiped {
    pub(crate) changes: Vec<(ChangeEffect, Record)>,
    /// Major keys of all ages.
    pub(crate) major_keys: u32,
    /// Keys of the key table and of the asymmetric table.
    pub(crate) keys: u32,
}

/// The changes that wipe every major key and every key of the tables.
pub(crate) fn keys(tenant: &Tenant) -> Wiped {
    let name = tenant.name();
    let slots = tenant.table().from(Slot::from(SlotNumber::MIN_NUMBER));
    let mut changes: Vec<_> = slots.map(|(slot, _)| (ChangeEffect::Empty(slot), Record::no_key(name, slot))).collect();
    let pairs = tenant.asymmetric().from(Slot::from(SlotNumber::MIN_NUMBER));
    changes.extend(pairs.map(|(slot, _)| (ChangeEffect::EmptyAsymmetric(slot), Record::no_asymmetric(name, slot))));
    let keys = u32::try_from(changes.len()).unwrap_or(u32::MAX);
    // After the tables, which a pending FTK marks.
    for (kind, age, _) in tenant.major_keys().all() {
        changes.push((ChangeEffect::Clear(kind, age), Record::no_major_key(name, kind, age)));
    }
    let major_keys = u32::try_from(changes.len()).unwrap_or(u32::MAX) - keys;
    Wiped { changes, major_keys, keys }
}
