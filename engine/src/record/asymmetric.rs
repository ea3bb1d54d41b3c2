//! Keys of the asymmetric table as a store keeps them: sealed under the FTK, as those of the key table are.

use protocol::field::Value as _;
use protocol::field::number::SlotNumber;
use protocol::field::text::Label;
use zeroize::Zeroizing;

use super::{FORM, LoadError, Record, Stored, Table, bound, joined, key_of};
use crate::asymmetric::{AsymmetricEntry, AsymmetricKey};
use crate::codec::{Reader, Writer, put_counted, take_counted};
use crate::key::KeyPair;
use crate::key::key_block::Header;
use crate::public_key::PrivateKey;
use crate::random::Generator;
use crate::seal::{Sealed, SealingKey};
use crate::slot::Slot;
use crate::tenant::TenantName;
use crate::trusted_key::TrustedKey;

/// A key pair, by its header and PrivateKeyInfo.
const PAIR: u8 = 1;
/// A trusted public key, by what its MAC would bind.
const TRUSTED: u8 = 2;

impl Record {
    pub(crate) fn asymmetric(
        tenant: &TenantName,
        slot: Slot,
        entry: &AsymmetricEntry,
        sealing: &SealingKey,
        random: &mut Generator,
    ) -> Self {
        let key = key_of(tenant, &slot.number().to_be_bytes());
        let mut public = vec![FORM];
        put_counted(&mut public, entry.label().map_or("", Label::as_str).as_bytes());
        let sealed = sealing.seal(&body(entry.key()), &bound(Table::Asymmetric, &key, &public), random);
        Self { table: Table::Asymmetric, key, value: Some(joined(public, &sealed)) }
    }

    pub(crate) fn no_asymmetric(tenant: &TenantName, slot: Slot) -> Self {
        Self { table: Table::Asymmetric, key: key_of(tenant, &slot.number().to_be_bytes()), value: None }
    }
}

/// A key in clear, for sealing.
pub(crate) fn body(key: &AsymmetricKey) -> Zeroizing<Vec<u8>> {
    match key {
        AsymmetricKey::Pair(pair) => {
            let writer = Writer::with_capacity(pair.material().len() + 64);
            writer.byte(PAIR).counted(&pair.header().template()).counted(pair.material().expose()).finish()
        }
        AsymmetricKey::Trusted(trusted) => Writer::default().byte(TRUSTED).counted(&trusted.content()).finish(),
    }
}

/// What [`body`] wrote; `None` where it is not that.
pub(crate) fn read(body: &[u8]) -> Option<AsymmetricKey> {
    let mut reader = Reader::new(body);
    let key = match reader.byte()? {
        PAIR => {
            let header = Header::parse_template(reader.counted()?).ok()?;
            let private = PrivateKey::from_pkcs8(reader.counted()?).ok()?;
            AsymmetricKey::Pair(KeyPair::new(header, private).ok()?)
        }
        TRUSTED => AsymmetricKey::Trusted(TrustedKey::of_content(reader.counted()?)?),
        _ => return None,
    };
    reader.is_at_end().then_some(key)
}

pub(super) fn open(
    name: &TenantName,
    record: &Stored,
    place: &[u8],
    sealing: &SealingKey,
) -> Result<(Slot, AsymmetricEntry), LoadError> {
    let unreadable = || LoadError::Unreadable { tenant: name.to_string(), what: "asymmetric key" };
    let slot = place.try_into().ok().map(u32::from_be_bytes).and_then(SlotNumber::new).ok_or_else(unreadable)?;
    let rest = record.value.strip_prefix(&[FORM]).ok_or_else(unreadable)?;
    let (label, sealed) = take_counted(rest).ok_or_else(unreadable)?;
    let public = &record.value[..record.value.len() - sealed.len()];
    let body = sealing
        .open(&Sealed::from_stored(sealed), &bound(Table::Asymmetric, &record.key, public))
        .map_err(|_| LoadError::DoesNotOpen { tenant: name.to_string(), what: "asymmetric key" })?;
    let label = (!label.is_empty()).then(|| Label::parse(label)).transpose().map_err(|_| unreadable())?;
    let key = read(body.expose()).ok_or_else(unreadable)?;
    Ok((slot.into(), AsymmetricEntry::new(key, label)))
}
