//! Tenants that were created over administration, and those that are suspended, as a store keeps them.

use protocol::frame::Strictness;

use super::people::{Fault, open};
use super::{FORM, Record, Stored, Table, bound, joined, key_of};
use crate::client_ca::ClientCa;
use crate::codec::{Reader, Writer};
use crate::policy::Policy;
use crate::random::Generator;
use crate::seal::SealingKey;
use crate::tenant::TenantName;

/// What is kept of a tenant.
pub(crate) struct Kept {
    /// Its policy, where it was created over administration.
    pub(crate) policy: Option<Policy>,
    pub(crate) is_suspended: bool,
}

impl Record {
    pub(crate) fn tenant(
        tenant: &TenantName,
        policy: Option<&Policy>,
        is_suspended: bool,
        device: &SealingKey,
        random: &mut Generator,
    ) -> Self {
        let mut body = Writer::default().byte(is_suspended.into()).byte(policy.is_some().into());
        if let Some(policy) = policy {
            body = body
                .byte(policy.key_blocks.into())
                .byte(policy.cryptograms.into())
                .byte(policy.check_digits)
                .byte(policy.major_key_digits)
                .byte(policy.major_key_cmac_digits)
                .byte((policy.strictness == Strictness::Strict).into())
                .byte(policy.weaker_wrapping.into())
                .byte(policy.weak_keys.into())
                .number(policy.slots.into())
                .number(policy.session_idle_seconds.into())
                .number(policy.session_seconds.into())
                .number(policy.ceremony_seconds.into())
                .counted(&policy.client_ca.as_ref().map(ClientCa::der).unwrap_or_default())
                .byte(policy.client_roots.into())
                .byte(policy.sha1_signatures.into());
        }
        let key = key_of(tenant, &[]);
        let public = vec![FORM];
        let sealed = device.seal(&body.finish(), &bound(Table::Tenants, &key, &public), random);
        Self { table: Table::Tenants, key, value: Some(joined(public, &sealed)) }
    }

    pub(crate) fn no_tenant(tenant: &TenantName) -> Self {
        Self { table: Table::Tenants, key: key_of(tenant, &[]), value: None }
    }
}

pub(super) fn open_tenant(record: &Stored, device: &SealingKey) -> Result<Kept, Fault> {
    let body = open(record, device)?;
    kept(Reader::new(body.expose())).ok_or(Fault::Unreadable)
}

/// The name in the key of a tenant's record.
pub(super) fn name_of(record: &Stored) -> Option<TenantName> {
    std::str::from_utf8(record.key.strip_suffix(&[0])?).ok().and_then(TenantName::new)
}

fn kept(mut body: Reader<'_>) -> Option<Kept> {
    let is_suspended = body.byte()? != 0;
    if body.byte()? == 0 {
        return body.is_at_end().then_some(Kept { policy: None, is_suspended });
    }
    let mut flag = || body.byte().map(|byte| byte != 0);
    let (key_blocks, cryptograms) = (flag()?, flag()?);
    let (check_digits, major_key_digits, major_key_cmac_digits) = (body.byte()?, body.byte()?, body.byte()?);
    let strictness = if body.byte()? == 0 { Strictness::Lenient } else { Strictness::Strict };
    let (weaker_wrapping, weak_keys) = (body.byte()? != 0, body.byte()? != 0);
    let mut number = || body.number().and_then(|number| u32::try_from(number).ok());
    let (slots, session_idle_seconds, session_seconds, ceremony_seconds) = (number()?, number()?, number()?, number()?);
    // Absent from records made before a tenant could have one; empty where there is none.
    let client_ca = match if body.is_at_end() { &[] } else { body.counted()? } {
        [] => None,
        der => Some(ClientCa::new(der)?),
    };
    // Absent from records made before administration could set them.
    let usual = Policy::default();
    let (client_roots, sha1_signatures) = match body.is_at_end() {
        true => (usual.client_roots, usual.sha1_signatures),
        false => (body.byte()? != 0, body.byte()? != 0),
    };
    let policy = Policy {
        key_blocks,
        cryptograms,
        check_digits,
        major_key_digits,
        major_key_cmac_digits,
        strictness,
        weaker_wrapping,
        weak_keys,
        slots,
        session_idle_seconds,
        session_seconds,
        ceremony_seconds,
        client_ca,
        client_roots,
        sha1_signatures,
        // What administration cannot set.
        ..usual
    };
    body.is_at_end().then_some(Kept { policy: Some(policy), is_suspended })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bodies that were written before there were a client CA and settings of certificates.
    #[test]
    fn earlier_records_are_read_with_what_held_then() {
        let start = [0, 1, 1, 0, 6, 4, 6, 0, 0, 1];
        let numbers = [10_000_u64, 900, 28_800, 3600].map(u64::to_be_bytes);
        let body = [&start[..], numbers.as_flattened()].concat();
        let read = |body: &[u8]| kept(Reader::new(body)).and_then(|kept| kept.policy);
        let usual = Policy { cryptograms: false, weak_keys: true, ..Policy::default() };
        assert_eq!(read(&body), Some(usual.clone()));
        let now = |flags: [u8; 2]| read(&[&body[..], &[0, 0], &flags].concat());
        assert_eq!(now([1, 0]), Some(usual.clone()));
        assert_eq!(now([0, 1]), Some(Policy { client_roots: false, sha1_signatures: true, ..usual }));
        assert_eq!(read(&[&body[..], &[0, 0, 1]].concat()), None, "cut off");
        assert_eq!(read(&[&body[..], &[0, 0, 1, 0, 0]].concat()), None, "too long");
    }
}
