//! From a key as a value names it to the key itself, checked for what it is to be used for.

use std::ops::Deref;

use protocol::field::code::MajorKeySelector;
use protocol::field::key::{CryptogramBytes, GivenBlock, GivenHeader, KeyRef, WrappedKey};
use protocol::tag::Tag;

use crate::context::Context;
use crate::error::{Error, Usages};
use crate::key::check_value::CheckValue;
use crate::key::derive::Kbpk;
use crate::key::key_block::{self, Header, Sealed, Version};
use crate::key::modifier::Modifier;
use crate::key::{self, Algorithm, KeyMaterial, Mode, Usage, WorkingKey, cryptogram, parity};
use crate::major_key::{MajorKey, MajorKeyKind};
use crate::slot::Entry;

/// A clear key for the length of one command: lent by the key table, or carried in by the request.
pub(crate) enum Held<'a> {
    Stored(&'a Entry),
    Carried(WorkingKey),
}

impl Held<'_> {
    /// Its check value; the table knows those of its keys.
    pub(crate) fn check_value(&self) -> CheckValue {
        match self {
            Self::Stored(entry) => *entry.check_value(),
            Self::Carried(key) => key.check_value(),
        }
    }
}

impl Deref for Held<'_> {
    type Target = WorkingKey;

    fn deref(&self) -> &WorkingKey {
        match self {
            Self::Stored(entry) => entry.key(),
            Self::Carried(key) => key,
        }
    }
}

/// What a key is to do; decides which modes of use will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Encrypt,
    Decrypt,
    GenerateMac,
    VerifyMac,
}

/// What a command takes in one of its key fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) usages: &'static [Usage],
    pub(crate) purpose: Purpose,
    /// Modifier of a cryptogram in this field.
    pub(crate) modifier: Modifier,
}

impl Purpose {
    fn allows(self, mode: Mode) -> bool {
        match self {
            Self::Encrypt => matches!(mode, Mode::Both | Mode::Encrypt | Mode::Any),
            Self::Decrypt => matches!(mode, Mode::Both | Mode::Decrypt | Mode::Any),
            Self::GenerateMac => matches!(mode, Mode::MacBoth | Mode::Generate | Mode::Any),
            Self::VerifyMac => matches!(mode, Mode::MacBoth | Mode::Verify | Mode::Any),
        }
    }

    const fn modes(self) -> &'static str {
        match self {
            Self::Encrypt => "B, E or N",
            Self::Decrypt => "B, D or N",
            Self::GenerateMac => "C, G or N",
            Self::VerifyMac => "C, V or N",
        }
    }
}

/// The key that `field` names, of a usage and mode that `wanted` allows.
pub(crate) fn open<'a>(
    context: &Context<'a>,
    tag: Tag,
    field: &KeyRef<'_>,
    major_key: Option<MajorKeySelector>,
    wanted: &Wanted,
) -> Result<Held<'a>, Error> {
    let held = match field {
        KeyRef::Slot(slot) => Held::Stored(context.entry(tag, (*slot).into())?),
        KeyRef::KeyBlock(block) => Held::Carried(open_block(context, tag, *block, major_key)?),
        KeyRef::Cryptogram(bytes) => {
            let usage = wanted.usages.iter().find(|usage| wanted.modifier.usages().contains(usage));
            let needed = wanted.usages.first().copied().unwrap_or(Usage::K0);
            let usage = *usage.ok_or(Error::ModifierRefused { tag, needed, modifier: wanted.modifier.value() })?;
            Held::Carried(open_cryptogram(context, tag, bytes, wanted.modifier, usage)?)
        }
    };
    check(tag, &held, wanted)?;
    Ok(held)
}

fn check(tag: Tag, key: &WorkingKey, wanted: &Wanted) -> Result<(), Error> {
    let attributes = key.attributes();
    if !wanted.usages.contains(&attributes.usage) {
        return Err(Error::UsageRefused { tag, needed: Usages(wanted.usages), given: attributes.usage });
    }
    if !wanted.purpose.allows(attributes.mode) {
        return Err(Error::ModeRefused { tag, needed: wanted.purpose.modes(), given: attributes.mode.letter() });
    }
    Ok(())
}

/// The key in a key block under a major key. Which one is told by `FS`, or else by the version: D and E are the PMK's,
/// A, B and C the MFK's.
pub(crate) fn open_block(
    context: &Context<'_>,
    tag: Tag,
    block: GivenBlock<'_>,
    major_key: Option<MajorKeySelector>,
) -> Result<WorkingKey, Error> {
    if !context.policy()?.key_blocks {
        return Err(Error::Policy { tag, form: "key blocks" });
    }
    let sealed = Sealed::parse(block.as_bytes()).map_err(|error| Error::Key { tag, error })?;
    let version = sealed.version();
    let kind = match (major_key, version.algorithm()) {
        (Some(selector), _) => selector.into(),
        (None, Algorithm::Aes) => MajorKeyKind::Pmk,
        (None, _) => MajorKeyKind::Mfk,
    };
    open_sealed(context, tag, sealed, suitable(context, tag, kind, version)?.kbpk())
}

/// The key in a key block under any key block protection key.
pub(crate) fn unwrap(context: &Context<'_>, tag: Tag, block: GivenBlock<'_>, kbpk: &Kbpk) -> Result<WorkingKey, Error> {
    let sealed = Sealed::parse(block.as_bytes()).map_err(|error| Error::Key { tag, error })?;
    open_sealed(context, tag, sealed, kbpk)
}

fn open_sealed(context: &Context<'_>, tag: Tag, sealed: Sealed<'_>, kbpk: &Kbpk) -> Result<WorkingKey, Error> {
    let weaker = context.policy()?.weaker_wrapping;
    sealed
        .open(kbpk, weaker)
        .and_then(|(header, material)| {
            header.attributes().validate()?;
            WorkingKey::new(header, material)
        })
        .map_err(|error| Error::Key { tag, error })
}

/// The major key of this kind, if it can protect key blocks of this version.
pub(crate) fn suitable<'a>(
    context: &Context<'a>,
    tag: Tag,
    kind: MajorKeyKind,
    version: Version,
) -> Result<&'a MajorKey, Error> {
    let major_key = context.major_key(kind)?;
    match (version.algorithm(), major_key.algorithm()) {
        (Algorithm::Aes, Algorithm::Aes) | (Algorithm::Tdes, Algorithm::Tdes) => Ok(major_key),
        (Algorithm::Aes, _) => Err(Error::MajorKeyUnsuitable {
            tag,
            rule: "versions D and E are for AES major keys; this one is triple DES",
        }),
        _ => Err(Error::MajorKeyUnsuitable {
            tag,
            rule: "versions A, B and C are for triple DES major keys; this one is AES",
        }),
    }
}

/// The MFK as it is used for cryptograms, if the tenant's policy allows them.
pub(crate) fn mfk_for_cryptograms<'a>(context: &Context<'a>, tag: Tag) -> Result<&'a MajorKey, Error> {
    if !context.policy()?.cryptograms {
        return Err(Error::Policy { tag, form: "cryptograms" });
    }
    let mfk = context.major_key(MajorKeyKind::Mfk)?;
    if mfk.algorithm() != Algorithm::Tdes {
        return Err(Error::MajorKeyUnsuitable { tag, rule: "cryptograms need a triple DES MFK" });
    }
    Ok(mfk)
}

/// The key in a cryptogram under the MFK.
pub(crate) fn open_cryptogram(
    context: &Context<'_>,
    tag: Tag,
    bytes: &CryptogramBytes,
    modifier: Modifier,
    usage: Usage,
) -> Result<WorkingKey, Error> {
    let mfk = mfk_for_cryptograms(context, tag)?;
    let material = clear_of_cryptogram(context, tag, mfk.expose(), modifier, bytes)?;
    WorkingKey::of_cryptogram(usage, material).map_err(|error| Error::Key { tag, error })
}

/// What a cryptogram holds. Odd parity is all that can tell a wrong wrapping key or modifier, so it is asked for, unless
/// the policy takes any key.
pub(crate) fn clear_of_cryptogram(
    context: &Context<'_>,
    tag: Tag,
    wrapping: &KeyMaterial,
    modifier: Modifier,
    bytes: &CryptogramBytes,
) -> Result<KeyMaterial, Error> {
    let opened = cryptogram::unwrap(wrapping, modifier, bytes.bytes()).map_err(|error| Error::Key { tag, error })?;
    strong_enough(context, tag, wrapping, &opened)?;
    if context.policy()?.weak_keys || parity::is_odd(&opened) {
        return Ok(opened);
    }
    Err(Error::Key { tag, error: key::Error::Parity })
}

/// The key as a cryptogram under the MFK.
pub(crate) fn as_cryptogram(
    context: &Context<'_>,
    tag: Tag,
    key: &WorkingKey,
    modifier: Modifier,
) -> Result<WrappedKey, Error> {
    let mfk = mfk_for_cryptograms(context, tag)?.expose();
    strong_enough(context, tag, mfk, key.material())?;
    under(tag, mfk, modifier, key)
}

/// Whether a DES-family key may wrap another as a cryptogram; key blocks see to it themselves.
pub(crate) fn strong_enough(
    context: &Context<'_>,
    tag: Tag,
    wrapping: &KeyMaterial,
    key: &KeyMaterial,
) -> Result<(), Error> {
    let strength = |key: &KeyMaterial| Algorithm::Tdes.strength(key.len());
    if context.policy()?.weaker_wrapping || strength(key) <= strength(wrapping) {
        return Ok(());
    }
    Err(Error::Key { tag, error: key::Error::WeakerWrapping })
}

/// The key as a cryptogram under any DES-family key.
pub(crate) fn under(
    tag: Tag,
    wrapping: &KeyMaterial,
    modifier: Modifier,
    key: &WorkingKey,
) -> Result<WrappedKey, Error> {
    if !matches!(key.attributes().algorithm, Algorithm::Des | Algorithm::Tdes) {
        let given = key.attributes().algorithm.letter();
        return Err(Error::AlgorithmRefused { tag, needed: "for a cryptogram, a DES-family", given });
    }
    let wrapped = cryptogram::wrap(wrapping, modifier, key.material()).map_err(|error| Error::Key { tag, error })?;
    CryptogramBytes::new(&wrapped).map(WrappedKey::Cryptogram).ok_or(Error::Internal { what: "a cryptogram's length" })
}

/// The key as a key block, with its own header, under `kbpk`.
pub(crate) fn as_block(
    context: &mut Context<'_>,
    tag: Tag,
    kbpk: &Kbpk,
    version: Version,
    key: &WorkingKey,
) -> Result<WrappedKey, Error> {
    let policy = context.policy()?;
    if !policy.key_blocks {
        return Err(Error::Policy { tag, form: "key blocks" });
    }
    let weaker = policy.weaker_wrapping;
    let (header, material) = (key.header(), key.material());
    key_block::wrap(kbpk, header, material, version, key_block::Padding::Hidden, weaker, context.random())
        .map(WrappedKey::KeyBlock)
        .map_err(|error| Error::Key { tag, error })
}

/// A header given as a template, every rule of usage, algorithm and mode checked.
pub(crate) fn template(tag: Tag, text: GivenHeader<'_>) -> Result<Header, Error> {
    let header = Header::parse_template(text.as_bytes()).map_err(|error| Error::Key { tag, error })?;
    header.validate().map_err(|error| Error::Key { tag, error })?;
    if header.version() == Version::E {
        return Err(Error::Field { tag, rule: "key blocks of version E are opened, not made; ask for D" });
    }
    Ok(header)
}
