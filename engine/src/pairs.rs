//! From an asymmetric key as a value names it to the key itself, checked for what it is to be used for.
//!
//! Private keys are under the PMK only, and it binds trusted public keys.

use std::ops::Deref;

use protocol::field::code::{MajorKeySelector, PairUsage, RsaPadding};
use protocol::field::data::TrustedBytes;
use protocol::field::key::KeyBlockText;
use protocol::field::number::SlotNumber;
use protocol::field::pair::{PairRef, Target, TrustedRef};
use protocol::field::text::Label;
use protocol::permission::Permission;
use protocol::tag::Tag;

use crate::asymmetric::{AsymmetricEntry, AsymmetricKey};
use crate::context::Context;
use crate::error::{Error, Usages};
use crate::hash::Hash;
use crate::key::{KeyPair, PairPurpose};
use crate::major_key::{MajorKey, MajorKeyKind};
use crate::public_key::{self, Padding, PublicKey};
use crate::slot::Slot;
use crate::trusted_key::{Certified, TrustedKey};

/// A key pair for the length of one command: lent by the asymmetric table, or carried in by the request.
pub(crate) enum HeldPair<'a> {
    Stored(&'a KeyPair),
    Carried(Box<KeyPair>),
}

impl Deref for HeldPair<'_> {
    type Target = KeyPair;

    fn deref(&self) -> &KeyPair {
        match self {
            Self::Stored(pair) => pair,
            Self::Carried(pair) => pair,
        }
    }
}

/// The PMK; `selector` may say nothing else.
pub(crate) fn pmk<'a>(
    context: &Context<'a>,
    tag: Tag,
    selector: Option<MajorKeySelector>,
) -> Result<&'a MajorKey, Error> {
    if selector.is_some_and(|selector| selector != MajorKeySelector::Pmk) {
        return Err(Error::Conflict { tag, rule: "asymmetric keys are under the PMK, 6" });
    }
    context.major_key(MajorKeyKind::Pmk)
}

/// Whether the key pair that `field` names has to be parsed first, which for RSA takes about a millisecond.
pub(crate) const fn is_parsed(field: &PairRef) -> bool {
    matches!(field, PairRef::KeyBlock(_))
}

/// The key pair that `field` names, of a usage and mode that the purpose allows.
pub(crate) fn open<'a>(
    context: &Context<'a>,
    tag: Tag,
    field: &PairRef,
    purpose: PairPurpose,
) -> Result<HeldPair<'a>, Error> {
    let pair = any(context, tag, field)?;
    let (usage, mode) = (pair.attributes().usage, pair.attributes().mode);
    if !purpose.usages().contains(&usage) {
        return Err(Error::UsageRefused { tag, needed: Usages(purpose.usages()), given: usage });
    }
    if !purpose.allows(mode) {
        return Err(Error::ModeRefused { tag, needed: purpose.modes(), given: mode.letter() });
    }
    Ok(pair)
}

/// The key pair that `field` names, whatever it is for: to read its public key, or to store it.
pub(crate) fn any<'a>(context: &Context<'a>, tag: Tag, field: &PairRef) -> Result<HeldPair<'a>, Error> {
    match field {
        PairRef::Slot(slot) => match context.asymmetric(tag, (*slot).into())?.key() {
            AsymmetricKey::Pair(pair) => Ok(HeldPair::Stored(pair)),
            AsymmetricKey::Trusted(_) => Err(Error::SlotPublic { tag, slot: slot.value() }),
        },
        PairRef::KeyBlock(block) => {
            open_block(context, tag, block, pmk(context, tag, None)?).map(|it| HeldPair::Carried(it.into()))
        }
    }
}

/// The key pair in a key block under a PMK.
pub(crate) fn open_block(
    context: &Context<'_>,
    tag: Tag,
    block: &KeyBlockText,
    pmk: &MajorKey,
) -> Result<KeyPair, Error> {
    let policy = context.policy()?;
    if !policy.key_blocks {
        return Err(Error::Policy { tag, form: "key blocks" });
    }
    KeyPair::unwrap(pmk.kbpk(), block.as_bytes(), policy.weaker_wrapping).map_err(|error| Error::Key { tag, error })
}

/// The key block of a pair's private key under a PMK.
pub(crate) fn as_block(
    context: &mut Context<'_>,
    tag: Tag,
    pair: &KeyPair,
    pmk: &MajorKey,
) -> Result<KeyBlockText, Error> {
    let policy = context.policy()?;
    if !policy.key_blocks {
        return Err(Error::Policy { tag, form: "key blocks" });
    }
    let weaker = policy.weaker_wrapping;
    pair.wrap(pmk.kbpk(), weaker, context.random()).map_err(|error| Error::Key { tag, error })
}

/// The public key that `field` names, trusted for one of these usages. Changed, another's and for something else are one
/// refusal.
pub(crate) fn trusted(
    context: &Context<'_>,
    tag: Tag,
    field: &TrustedRef,
    usages: &[PairUsage],
) -> Result<TrustedKey, Error> {
    let trusted = any_trusted(context, tag, field)?;
    if usages.contains(&trusted.usage) { Ok(trusted) } else { Err(Error::Distrusted { tag }) }
}

/// The public key that `field` names, whatever it is trusted for.
pub(crate) fn any_trusted(context: &Context<'_>, tag: Tag, field: &TrustedRef) -> Result<TrustedKey, Error> {
    match field {
        TrustedRef::Slot(slot) => Ok(context.asymmetric(tag, (*slot).into())?.key().trusted()),
        TrustedRef::Bound(bound) => {
            TrustedKey::open(pmk(context, tag, None)?.trust(), bound).map_err(|_| Error::Distrusted { tag })
        }
    }
}

/// A public key as one that this tenant trusts.
pub(crate) fn bind(pmk: &MajorKey, usage: PairUsage, key: &PublicKey) -> TrustedBytes {
    TrustedBytes::new(&TrustedKey::new(usage, key.clone()).bind(pmk.trust()))
}

/// A public key of a certificate as one that this tenant trusts.
pub(crate) fn bind_certified(pmk: &MajorKey, usage: PairUsage, key: PublicKey, certified: Certified) -> TrustedBytes {
    TrustedBytes::new(&TrustedKey { usage, key, certified: Some(certified) }.bind(pmk.trust()))
}

/// The key of a request that gives either a private key or a trusted public key.
pub(crate) fn given(
    context: &Context<'_>,
    private: Option<&KeyBlockText>,
    trusted: Option<&TrustedBytes>,
) -> Result<AsymmetricKey, Error> {
    const BG: Tag = Tag::of("BG");
    const SD: Tag = Tag::of("SD");
    let pmk = pmk(context, BG, None)?;
    match (private, trusted) {
        (Some(block), None) => open_block(context, BG, block, pmk).map(AsymmetricKey::Pair),
        (None, Some(bound)) => {
            let opened = TrustedKey::open(pmk.trust(), bound.bytes());
            opened.map(AsymmetricKey::Trusted).map_err(|_| Error::Distrusted { tag: SD })
        }
        (None, None) => Err(Error::FieldNeeded { tag: BG, rule: "a private key; or in SD a trusted public key" }),
        (Some(_), Some(_)) => Err(Error::Conflict { tag: SD, rule: "give only one of BG and SD" }),
    }
}

/// Puts a new key pair where it was asked for: into an empty slot of the asymmetric table, or into a key block.
pub(crate) fn place(
    context: &mut Context<'_>,
    (tag, target): (Tag, Option<Target>),
    (label_tag, label): (Tag, Option<Label>),
    pair: KeyPair,
    pmk: &MajorKey,
) -> Result<PairRef, Error> {
    let Some(Target::Slot(slot)) = target else {
        if label.is_some_and(|label| !label.as_str().is_empty()) {
            return Err(Error::Conflict {
                tag: label_tag,
                rule: "a key that is returned has no label; RC names a slot",
            });
        }
        return as_block(context, tag, &pair, pmk).map(PairRef::KeyBlock);
    };
    store(context, (tag, Some(slot)), (label_tag, label), AsymmetricKey::Pair(pair)).map(PairRef::Slot)
}

/// Stores a key in an empty slot of the asymmetric table, the lowest one where none is named.
pub(crate) fn store(
    context: &mut Context<'_>,
    (tag, slot): (Tag, Option<SlotNumber>),
    (label_tag, label): (Tag, Option<Label>),
    key: AsymmetricKey,
) -> Result<SlotNumber, Error> {
    let tenant = context.tenant()?;
    let table = tenant.asymmetric();
    let slot = match slot {
        Some(slot) => context.slot(tag, slot.into())?,
        None => lowest_empty(context)?.ok_or(Error::TableFull { slots: tenant.table().capacity() })?,
    };
    if table.find(slot).is_some() {
        return Err(Error::SlotTaken { tag, slot: slot.number() });
    }
    let label = label.filter(|label| !label.as_str().is_empty());
    if let Some(taken) = label.as_ref().and_then(|label| table.labelled(label)) {
        return Err(Error::LabelTaken { tag: label_tag, slot: taken.number() });
    }
    let entry = AsymmetricEntry::new(key, label);
    let [a, b, c, ..] = entry.fingerprint();
    context.note(format!("asymmetric slot {} holds a key with check value {a:02X}{b:02X}{c:02X}", slot.number()));
    context.put_asymmetric(slot, entry.into())?;
    Ok(slot.wire())
}

/// The lowest empty slot of the asymmetric table that the partition reaches.
fn lowest_empty(context: &Context<'_>) -> Result<Option<Slot>, Error> {
    let (tenant, partition) = (context.tenant()?, context.partition()?);
    let (table, capacity) = (tenant.asymmetric(), tenant.table().capacity());
    let last = SlotNumber::new(capacity.saturating_sub(1)).unwrap_or(SlotNumber::MIN_NUMBER);
    let whole = [(SlotNumber::MIN_NUMBER, last)];
    let ranges: Vec<_> = match partition.permissions.contains(Permission::AllSlots) {
        true => whole.to_vec(),
        false => partition.slots.iter().map(|(first, end)| (first, end.min(last))).collect(),
    };
    Ok(ranges.into_iter().filter_map(|(first, end)| table.lowest_empty_within(first.into(), end.into())).min())
}

/// The padding that a request asks for.
pub(crate) fn padding(asked: Option<RsaPadding>) -> Padding {
    Padding::Oaep(match asked {
        None | Some(RsaPadding::OaepSha256) => Hash::Sha256,
        Some(RsaPadding::OaepSha1) => Hash::Sha1,
        Some(RsaPadding::OaepSha384) => Hash::Sha384,
        Some(RsaPadding::OaepSha512) => Hash::Sha512,
    })
}

/// A key of another algorithm where RSA is needed.
pub(crate) const fn not_rsa(tag: Tag) -> Error {
    Error::PublicKey { tag, error: public_key::Error::Kind("an RSA key") }
}
