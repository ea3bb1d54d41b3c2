//! What a store keeps: sealed keys and public facts, as opaque bytes that only this module writes and reads.
//!
//! Every record is bound to its place: tenant, kind or slot, and its public part are authenticated with the key, so
//! that a record moved, renamed or exchanged in the store does not open.

pub(crate) mod asymmetric;
pub(crate) mod people;
mod tenants;

use std::fmt;

use protocol::field::Value as _;
use protocol::field::number::SlotNumber;
use protocol::field::text::Label;

use crate::codec::{put_counted, take_counted};
use crate::key::key_block::Header;
use crate::key::{KeyType, WorkingKey};
use crate::major_key::{Age, MajorKey, MajorKeyKind};
use crate::policy::Policy;
use crate::random::Generator;
use crate::seal::{Sealed, SealingKey};
use crate::slot::{Entry, Slot};
use crate::tenant::{Tenant, TenantName};
use people::Fault;

/// Version of the form below; a store of an older one stays readable.
const FORM: u8 = 1;
/// The place of the mark of a tamper event among the major keys.
const TAMPERED: &[u8] = &[0];

/// Which kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Major keys, sealed under the device key.
    MajorKeys,
    /// Keys of the key table, sealed under their tenant's FTK.
    Keys,
    /// Keys of the asymmetric table, sealed under their tenant's FTK.
    Asymmetric,
    /// Identities, sealed under the device key.
    Identities,
    /// Partitions that differ from those of a new tenant, sealed under the device key.
    Partitions,
    /// Tenants that were created over administration or are suspended, sealed under the device key.
    Tenants,
}

/// One record to write, or to remove where it has no value.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Its table.
    pub table: Table,
    /// Its key within the table.
    pub key: Vec<u8>,
    /// Its sealed value, `None` to remove it.
    pub value: Option<Vec<u8>>,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.value.as_ref().map(Vec::len);
        write!(f, "Record({:?} {} {length:?})", self.table, self.key.escape_ascii())
    }
}

/// One record as a store gives it back.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its table.
    pub table: Table,
    /// Its key within the table.
    pub key: Vec<u8>,
    /// Its sealed value.
    pub value: Vec<u8>,
}

/// Why a stored record cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// Made by a later version, or damaged.
    #[error("tenant {tenant}: a {what} record cannot be read; is the store from a later version, or damaged?")]
    Unreadable {
        /// The tenant's name.
        tenant: String,
        /// Kind of record.
        what: &'static str,
    },
    /// Sealed under another key, or changed.
    #[error("tenant {tenant}: a {what} record does not open; is this the store's own device key?")]
    DoesNotOpen {
        /// The tenant's name.
        tenant: String,
        /// Kind of record.
        what: &'static str,
    },
    /// Keys of a table without the FTK that seals them.
    #[error("tenant {tenant}: the store has keys but no FTK to open them")]
    NoFtk {
        /// The tenant's name.
        tenant: String,
    },
}

impl LoadError {
    fn of(fault: Fault, tenant: &TenantName, what: &'static str) -> Self {
        let tenant = tenant.to_string();
        match fault {
            Fault::Unreadable => Self::Unreadable { tenant, what },
            Fault::DoesNotOpen => Self::DoesNotOpen { tenant, what },
        }
    }
}

impl Record {
    pub(crate) fn major_key(
        tenant: &TenantName,
        (kind, age): (MajorKeyKind, Age),
        major_key: &MajorKey,
        device: &SealingKey,
        random: &mut Generator,
    ) -> Self {
        let key = key_of(tenant, &[kind.number(), age.number()]);
        let public = vec![FORM, major_key.key_type().code()];
        let sealed = device.seal(major_key.expose().expose(), &bound(Table::MajorKeys, &key, &public), random);
        Self { table: Table::MajorKeys, key, value: Some(joined(public, &sealed)) }
    }

    pub(crate) fn no_major_key(tenant: &TenantName, kind: MajorKeyKind, age: Age) -> Self {
        Self { table: Table::MajorKeys, key: key_of(tenant, &[kind.number(), age.number()]), value: None }
    }

    /// That a tamper event has wiped the tenant's keys, or that its effect is over.
    pub(crate) fn tampered(tenant: &TenantName, is_tampered: bool) -> Self {
        Self { table: Table::MajorKeys, key: key_of(tenant, TAMPERED), value: is_tampered.then(|| vec![FORM]) }
    }

    pub(crate) fn key(
        tenant: &TenantName,
        slot: Slot,
        entry: &Entry,
        sealing: &SealingKey,
        random: &mut Generator,
    ) -> Self {
        let key = key_of(tenant, &slot.number().to_be_bytes());
        let header = entry.key().header().template();
        let label = entry.label().map_or("", Label::as_str);
        let mut public = vec![FORM];
        put_counted(&mut public, &header);
        put_counted(&mut public, label.as_bytes());
        let sealed = sealing.seal(entry.key().material().expose(), &bound(Table::Keys, &key, &public), random);
        Self { table: Table::Keys, key, value: Some(joined(public, &sealed)) }
    }

    pub(crate) fn no_key(tenant: &TenantName, slot: Slot) -> Self {
        Self { table: Table::Keys, key: key_of(tenant, &slot.number().to_be_bytes()), value: None }
    }
}

/// Opens a record of a table that is sealed under the FTK.
type Open<E> = fn(&TenantName, &Stored, &[u8], &SealingKey) -> Result<(Slot, E), LoadError>;

/// Rebuilds tenants from what a store kept.
#[derive(Debug)]
pub(crate) struct Loader<'a> {
    records: &'a [Stored],
    device: &'a SealingKey,
}

impl<'a> Loader<'a> {
    pub(crate) fn new(records: &'a [Stored], device: &'a SealingKey) -> Self {
        Self { records, device }
    }

    pub(crate) fn tenant(&self, name: &TenantName, policy: Policy) -> Result<Tenant, LoadError> {
        let mut tenant = Tenant::new(name.clone(), policy);
        for (record, _) in self.of(Table::Tenants, name) {
            let kept = tenants::open_tenant(record, self.device);
            tenant.put_suspended(kept.map_err(|fault| LoadError::of(fault, name, "tenant"))?.is_suspended);
        }
        for (record, place) in self.of(Table::MajorKeys, name) {
            if place == TAMPERED {
                tenant.put_tampered(true);
                continue;
            }
            let (kind, age, key) = open_major_key(name, record, place, self.device)?;
            tenant.put_major_key(kind, age, Some(key.into()));
        }
        let faulty = |what| move |fault| LoadError::of(fault, name, what);
        for (record, place) in self.of(Table::Identities, name) {
            let identity = people::open_identity(record, place, self.device).map_err(faulty("identity"))?;
            tenant.people_mut().put_identity(identity.into());
        }
        for (record, place) in self.of(Table::Partitions, name) {
            let partition = people::open_partition(record, place, self.device).map_err(faulty("partition"))?;
            tenant.people_mut().put_partition(partition.into());
        }
        for (slot, entry, is_behind) in self.sealed(&tenant, Table::Keys, open_key)? {
            tenant.table_mut().put(slot, entry.into());
            if is_behind {
                tenant.table_mut().put_one_behind(slot);
            }
        }
        for (slot, entry, is_behind) in self.sealed(&tenant, Table::Asymmetric, asymmetric::open)? {
            tenant.asymmetric_mut().put(slot, entry.into());
            if is_behind {
                tenant.asymmetric_mut().put_one_behind(slot);
            }
        }
        Ok(tenant)
    }

    /// The keys of a table that are sealed under the FTK, each with whether the pending FTK does not seal it yet.
    fn sealed<E>(&self, tenant: &Tenant, table: Table, open: Open<E>) -> Result<Vec<(Slot, E, bool)>, LoadError> {
        let name = tenant.name();
        let keys: Vec<_> = self.of(table, name).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let ftk = tenant.major_keys().find(MajorKeyKind::Ftk);
        let current = ftk.ok_or_else(|| LoadError::NoFtk { tenant: name.to_string() })?.sealing();
        let pending = tenant.major_keys().of_age(MajorKeyKind::Ftk, Age::Pending).map(|key| key.sealing());
        let opened = keys.iter().map(|(record, place)| match pending.map(|it| open(name, record, place, it)) {
            Some(Ok((slot, entry))) => Ok((slot, entry, false)),
            Some(Err(LoadError::DoesNotOpen { .. })) | None => {
                let is_behind = pending.is_some();
                open(name, record, place, current).map(|(slot, entry)| (slot, entry, is_behind))
            }
            Some(Err(error)) => Err(error),
        });
        opened.collect()
    }

    /// The tenants that were created over administration, in the order of their names.
    pub(crate) fn created(&self) -> Result<Vec<(TenantName, Policy)>, LoadError> {
        let mut created = Vec::new();
        for record in self.records.iter().filter(|record| record.table == Table::Tenants) {
            let unreadable = || LoadError::Unreadable { tenant: "?".to_owned(), what: "tenant" };
            let name = tenants::name_of(record).ok_or_else(unreadable)?;
            let kept = tenants::open_tenant(record, self.device);
            let kept = kept.map_err(|fault| LoadError::of(fault, &name, "tenant"))?;
            created.extend(kept.policy.map(|policy| (name, policy)));
        }
        created.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(created)
    }

    /// The tenant's records of one table, each with the rest of its key.
    fn of(&self, table: Table, name: &TenantName) -> impl Iterator<Item = (&'a Stored, &'a [u8])> {
        let prefix = key_of(name, &[]);
        self.records
            .iter()
            .filter(move |record| record.table == table)
            .filter_map(move |record| record.key.strip_prefix(prefix.as_slice()).map(|place| (record, place)))
    }
}

fn open_major_key(
    name: &TenantName,
    record: &Stored,
    place: &[u8],
    device: &SealingKey,
) -> Result<(MajorKeyKind, Age, MajorKey), LoadError> {
    let unreadable = || LoadError::Unreadable { tenant: name.to_string(), what: "major key" };
    let &[kind, age] = place else { return Err(unreadable()) };
    let kind = MajorKeyKind::ALL.iter().find(|known| known.number() == kind).ok_or_else(unreadable)?;
    let age = Age::ALL.into_iter().find(|known| known.number() == age).ok_or_else(unreadable)?;
    let (public, sealed) = record.value.split_at_checked(2).ok_or_else(unreadable)?;
    let key_type = match public {
        [FORM, code] => KeyType::from_code(*code).ok_or_else(unreadable)?,
        _ => return Err(unreadable()),
    };
    let material = device
        .open(&Sealed::from_stored(sealed), &bound(Table::MajorKeys, &record.key, public))
        .map_err(|_| LoadError::DoesNotOpen { tenant: name.to_string(), what: "major key" })?;
    Ok((*kind, age, MajorKey::new(key_type, material).map_err(|_| unreadable())?))
}

fn open_key(
    name: &TenantName,
    record: &Stored,
    place: &[u8],
    sealing: &SealingKey,
) -> Result<(Slot, Entry), LoadError> {
    let unreadable = || LoadError::Unreadable { tenant: name.to_string(), what: "key" };
    let slot = place.try_into().ok().map(u32::from_be_bytes).and_then(SlotNumber::new).ok_or_else(unreadable)?;
    let rest = record.value.strip_prefix(&[FORM]).ok_or_else(unreadable)?;
    let (header, rest) = take_counted(rest).ok_or_else(unreadable)?;
    let (label, sealed) = take_counted(rest).ok_or_else(unreadable)?;
    let public = &record.value[..record.value.len() - sealed.len()];
    let material = sealing
        .open(&Sealed::from_stored(sealed), &bound(Table::Keys, &record.key, public))
        .map_err(|_| LoadError::DoesNotOpen { tenant: name.to_string(), what: "key" })?;
    let header = Header::parse_template(header).map_err(|_| unreadable())?;
    let label = (!label.is_empty()).then(|| Label::parse(label)).transpose().map_err(|_| unreadable())?;
    let key = WorkingKey::new(header, material).map_err(|_| unreadable())?;
    Ok((slot.into(), Entry::new(key, label)))
}

/// Name, a byte that no name has, and the place within the tenant.
fn key_of(tenant: &TenantName, place: &[u8]) -> Vec<u8> {
    [tenant.as_str().as_bytes(), &[0], place].concat()
}

fn bound(table: Table, key: &[u8], public: &[u8]) -> Vec<u8> {
    let what: &[u8] = match table {
        Table::MajorKeys => b"strongroom major key\0",
        Table::Keys => b"strongroom key\0",
        Table::Asymmetric => b"strongroom asymmetric key\0",
        Table::Identities => b"strongroom identity\0",
        Table::Partitions => b"strongroom partition\0",
        Table::Tenants => b"strongroom tenant\0",
    };
    let mut bound = what.to_vec();
    put_counted(&mut bound, key);
    bound.extend_from_slice(public);
    bound
}

fn joined(mut public: Vec<u8>, sealed: &Sealed) -> Vec<u8> {
    public.extend_from_slice(sealed.as_bytes());
    public
}
