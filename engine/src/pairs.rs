//! From an asymmetric key as a value names it to the key itself, checked for what it is to be used for.
//!
//! Private keys are under the PMK only, and it binds trusted public keys.

use std::ops::Deref;

use protocol::field::code::{MajorKeySelector, PairUsage, RsaPadding};
use protocol::field::data::TrustedBytes;
use protocol::field::key::{GivenBlock, KeyBlockText};
use protocol::field::pair::{PairRef, TrustedRef};
use protocol::tag::Tag;

use crate::asymmetric::AsymmetricKey;
use crate::context::Context;
use crate::error::{Error, Usages};
use crate::hash::Hash;
use crate::key::{KeyPair, PairPurpose};
use crate::major_key::{MajorKey, MajorKeyKind};
use crate::public_key::{self, Padding, PublicKey};
use crate::trusted_key::{Basis, TrustedKey};

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

/// Whether the key pair that `field` names has to be parsed first, which for RSA takes about a millisecond. Of what kind
/// it is, its block does not tell reliably before.
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
            open_block(context, tag, block.lent(), pmk(context, tag, None)?).map(|it| HeldPair::Carried(it.into()))
        }
    }
}

/// The key pair in a key block under a PMK. Slow: a private key is parsed and its numbers are checked.
pub(crate) fn open_block(
    context: &Context<'_>,
    tag: Tag,
    block: GivenBlock<'_>,
    pmk: &MajorKey,
) -> Result<KeyPair, Error> {
    key_blocks_allowed(context, tag)?;
    let policy = context.policy()?;
    KeyPair::unwrap(pmk.kbpk(), block.as_bytes(), policy.weaker_wrapping).map_err(|error| Error::Key { tag, error })
}

/// Whether the tenant's policy allows key blocks.
pub(crate) fn key_blocks_allowed(context: &Context<'_>, tag: Tag) -> Result<(), Error> {
    if context.policy()?.key_blocks { Ok(()) } else { Err(Error::Policy { tag, form: "key blocks" }) }
}

/// The key block of a pair's private key under a PMK.
pub(crate) fn as_block(
    context: &mut Context<'_>,
    tag: Tag,
    pair: &KeyPair,
    pmk: &MajorKey,
) -> Result<KeyBlockText, Error> {
    key_blocks_allowed(context, tag)?;
    let weaker = context.policy()?.weaker_wrapping;
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
        TrustedRef::Slot(slot) => {
            context.asymmetric(tag, (*slot).into())?.key().trusted().ok_or(Error::Distrusted { tag })
        }
        TrustedRef::Bound(bound) => {
            TrustedKey::open(pmk(context, tag, None)?.trust(), bound).map_err(|_| Error::Distrusted { tag })
        }
    }
}

/// The public key of a pair of the tenant's own.
pub(crate) fn bind(pmk: &MajorKey, usage: PairUsage, key: &PublicKey) -> TrustedBytes {
    bind_on(Basis::OwnPair, pmk, usage, key.clone())
}

/// A public key as one that this tenant trusts for a reason.
pub(crate) fn bind_on(basis: Basis, pmk: &MajorKey, usage: PairUsage, key: PublicKey) -> TrustedBytes {
    TrustedBytes::new(&TrustedKey { usage, key, basis }.bind(pmk.trust()))
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
