//! Identities and partitions as a store keeps them: sealed whole under the device key, for there are administrators
//! before there is any major key.

use protocol::field::Value;
use protocol::field::data::Fingerprint;
use protocol::field::grant::{Commands, SlotRanges};
use protocol::field::name::{IdentityName, PartitionName};
use protocol::permission::Permissions;
use protocol::secret::Inline;

use super::{FORM, Record, Stored, Table, bound, joined, key_of};
use crate::codec::{Reader, Writer};
use crate::hsm::Timestamp;
use crate::identity::Identity;
use crate::partition::Partition;
use crate::password::{self, Cost, Kept};
use crate::random::Generator;
use crate::seal::{Sealed, SealingKey};
use crate::tenant::TenantName;
use zeroize::Zeroizing;

const NO_PASSWORD: u8 = 0;
const DEFAULT_PASSWORD: u8 = 1;
const CHOSEN_PASSWORD: u8 = 2;

impl Record {
    pub(crate) fn identity(
        tenant: &TenantName,
        identity: &Identity,
        device: &SealingKey,
        random: &mut Generator,
    ) -> Self {
        Self::sealed(Table::Identities, tenant, identity.name.as_str(), &identity_body(identity), device, random)
    }

    pub(crate) fn no_identity(tenant: &TenantName, name: &IdentityName) -> Self {
        Self { table: Table::Identities, key: key_of(tenant, name.as_str().as_bytes()), value: None }
    }

    pub(crate) fn partition(
        tenant: &TenantName,
        partition: &Partition,
        device: &SealingKey,
        random: &mut Generator,
    ) -> Self {
        Self::sealed(Table::Partitions, tenant, partition.name.as_str(), &partition_body(partition), device, random)
    }

    pub(crate) fn no_partition(tenant: &TenantName, name: &PartitionName) -> Self {
        Self { table: Table::Partitions, key: key_of(tenant, name.as_str().as_bytes()), value: None }
    }

    fn sealed(
        table: Table,
        tenant: &TenantName,
        place: &str,
        body: &[u8],
        device: &SealingKey,
        random: &mut Generator,
    ) -> Self {
        let key = key_of(tenant, place.as_bytes());
        let public = vec![FORM];
        let sealed = device.seal(body, &bound(table, &key, &public), random);
        Self { table, key, value: Some(joined(public, &sealed)) }
    }
}

/// All of an identity but its name.
pub(crate) fn identity_body(identity: &Identity) -> Zeroizing<Vec<u8>> {
    let body = Writer::default()
        .counted(identity.partition.as_str().as_bytes())
        .byte(identity.must_change.into())
        .counted(identity.certificate.as_ref().map_or(&[], |fingerprint| fingerprint.bytes()))
        .byte(identity.failures)
        .number(identity.not_before.0);
    let body = match &identity.password {
        password::Stored::Nothing => body.byte(NO_PASSWORD),
        password::Stored::Default => body.byte(DEFAULT_PASSWORD),
        password::Stored::Chosen(kept) => body
            .byte(CHOSEN_PASSWORD)
            .counted(&kept.salt)
            .number(kept.cost.memory_kib.into())
            .number(kept.cost.passes.into())
            .counted(kept.verifier.expose()),
    };
    body.finish()
}

/// All of a partition but its name.
pub(crate) fn partition_body(partition: &Partition) -> Zeroizing<Vec<u8>> {
    // By name, so that they keep their meaning whatever later versions add.
    let body = Writer::default()
        .counted(partition.permissions.to_string().as_bytes())
        .counted(partition.slots.to_string().as_bytes())
        .counted(partition.commands.to_string().as_bytes())
        .byte(partition.logins_required);
    body.finish()
}

/// What is wrong with a stored record.
#[derive(Clone, Copy)]
pub(super) enum Fault {
    Unreadable,
    DoesNotOpen,
}

pub(super) fn open_identity(record: &Stored, place: &[u8], device: &SealingKey) -> Result<Identity, Fault> {
    let body = open(record, device)?;
    identity(place, Reader::new(body.expose())).ok_or(Fault::Unreadable)
}

pub(super) fn open_partition(record: &Stored, place: &[u8], device: &SealingKey) -> Result<Partition, Fault> {
    let body = open(record, device)?;
    partition(place, Reader::new(body.expose())).ok_or(Fault::Unreadable)
}

pub(super) fn open(record: &Stored, device: &SealingKey) -> Result<crate::key::KeyMaterial, Fault> {
    let sealed = record.value.strip_prefix(&[FORM]).ok_or(Fault::Unreadable)?;
    let bound = bound(record.table, &record.key, &[FORM]);
    device.open(&Sealed::from_stored(sealed), &bound).map_err(|_| Fault::DoesNotOpen)
}

pub(crate) fn identity(place: &[u8], mut body: Reader<'_>) -> Option<Identity> {
    let partition = parse::<PartitionName>(body.counted()?)?;
    let must_change = body.byte()? != 0;
    let certificate = match body.counted()? {
        [] => None,
        bytes => Some(Fingerprint::new(bytes.try_into().ok()?)),
    };
    let failures = body.byte()?;
    let not_before = Timestamp(body.number()?);
    let password = match body.byte()? {
        NO_PASSWORD => password::Stored::Nothing,
        DEFAULT_PASSWORD => password::Stored::Default,
        CHOSEN_PASSWORD => {
            let salt = body.counted()?.try_into().ok()?;
            let memory_kib = u32::try_from(body.number()?).ok()?;
            let passes = u32::try_from(body.number()?).ok()?;
            let verifier = Inline::new(body.counted()?);
            password::Stored::Chosen(Kept { salt, cost: Cost { memory_kib, passes }, verifier })
        }
        _ => return None,
    };
    let name = parse(place)?;
    body.is_at_end().then_some(Identity { name, partition, password, must_change, certificate, failures, not_before })
}

pub(crate) fn partition(place: &[u8], mut body: Reader<'_>) -> Option<Partition> {
    let permissions = parse::<Permissions>(body.counted()?)?;
    let slots = parse::<SlotRanges>(body.counted()?)?;
    let commands = parse::<Commands>(body.counted()?)?;
    let logins_required = body.byte()?;
    let name = parse(place)?;
    body.is_at_end().then_some(Partition { name, permissions, slots, commands, logins_required })
}

fn parse<'a, V: Value<'a>>(bytes: &'a [u8]) -> Option<V> {
    V::parse(bytes).ok()
}
