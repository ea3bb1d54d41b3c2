//! Translates a key that a host holds.

use protocol::command::major_key::translate::{Request, Response};
use protocol::field::code::Yes;
use protocol::field::key::{GivenBlock, GivenKey, WrappedKey};
use protocol::tag::Tag;

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::held;
use crate::key::check_value::check_value;
use crate::key::key_block::{Header, Version};
use crate::key::modifier::Modifier;
use crate::key::{self, Algorithm, KeyMaterial, Usage, WorkingKey, cryptogram, parity};
use crate::major_key::{MajorKey, MajorKeyKind};
use crate::pairs;

const AE: Tag = Tag::of("AE");
const AS: Tag = Tag::of("AS");
const BG: Tag = Tag::of("BG");
const FS: Tag = Tag::of("FS");

impl Execute for Request<'_> {
    /// A private key is parsed, under both major keys perhaps.
    fn is_slow(&self) -> bool {
        match &self.key {
            GivenKey::KeyBlock(block) => header(*block).is_ok_and(|header| is_private(&header)),
            GivenKey::Cryptogram(_) => false,
        }
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let kind = match (&self.key, self.major_key) {
            (_, Some(selector)) => selector.into(),
            (GivenKey::KeyBlock(block), None) if header(*block)?.version().algorithm() == Algorithm::Aes => {
                MajorKeyKind::Pmk
            }
            (GivenKey::KeyBlock(_) | GivenKey::Cryptogram(_), None) => MajorKeyKind::Mfk,
        };
        let (old, new) = ceremonies::change(context, kind)?;
        let (wrapped, key, is_translated) = match &self.key {
            GivenKey::KeyBlock(block) => {
                if self.modifier.is_some() {
                    return Err(Error::Conflict { tag: AS, rule: "a key block has no modifier" });
                }
                if is_private(&header(*block)?) {
                    return private(context, *block, kind, [&old, &new]);
                }
                match open_block(context, *block, &old) {
                    Ok(key) => {
                        let version = version(header(*block)?.version(), &new);
                        (held::as_block(context, BG, new.kbpk(), version, &key)?, key, true)
                    }
                    Err(refused) => match open_block(context, *block, &new) {
                        Ok(key) => (self.key.clone().into(), key, false),
                        Err(_) => return Err(refused),
                    },
                }
            }
            GivenKey::Cryptogram(bytes) => {
                if kind != MajorKeyKind::Mfk {
                    return Err(Error::Conflict { tag: BG, rule: "cryptograms are under the MFK only" });
                }
                held::mfk_for_cryptograms(context, BG)?;
                let modifier = Modifier::from(self.modifier);
                let usage = modifier.usages().first().copied().unwrap_or(Usage::K0);
                let opened = cryptogram(context, self, modifier, bytes.bytes(), [&old, &new])?;
                let key = WorkingKey::of_cryptogram(usage, opened.0).map_err(|error| Error::Key { tag: BG, error })?;
                match opened.1 {
                    Under::Old => (held::under(BG, new.expose(), modifier, &key)?, key, true),
                    Under::New => (self.key.clone().into(), key, false),
                }
            }
        };
        let check_value = context.check_digits(key.check_value())?;
        Ok(Response { key: wrapped, check_value, translated: is_translated.then_some(Yes::Yes) })
    }
}

/// The private key of a block, which is under the PMK.
fn private(
    context: &mut Context<'_>,
    block: GivenBlock<'_>,
    kind: MajorKeyKind,
    [old, new]: [&MajorKey; 2],
) -> Result<Response, Error> {
    if kind != MajorKeyKind::Pmk {
        return Err(Error::Conflict { tag: FS, rule: "asymmetric keys are under the PMK, 6" });
    }
    let (key, pair, is_translated) = match pairs::open_block(context, BG, block, old) {
        Ok(pair) => (pairs::as_block(context, BG, &pair, new)?, pair, true),
        Err(refused) => match pairs::open_block(context, BG, block, new) {
            Ok(pair) => (block.into(), pair, false),
            Err(_) => return Err(refused),
        },
    };
    let check_value = context.check_value_of(pair.private().public())?;
    Ok(Response { key: WrappedKey::KeyBlock(key), check_value, translated: is_translated.then_some(Yes::Yes) })
}

fn is_private(header: &Header) -> bool {
    header.attributes().algorithm.is_of_pairs()
}

/// Which major key something is under.
enum Under {
    Old,
    New,
}

/// What a cryptogram holds, and which major key it is under. It does not tell: under the wrong key it opens to nonsense, of
/// odd parity once in a while. So it must be of odd parity, or of the check value that is given, under one of the two.
fn cryptogram(
    context: &Context<'_>,
    request: &Request<'_>,
    modifier: Modifier,
    bytes: &[u8],
    [old, new]: [&MajorKey; 2],
) -> Result<(KeyMaterial, Under), Error> {
    let open = |wrapping: &MajorKey| {
        let opened = cryptogram::unwrap(wrapping.expose(), modifier, bytes);
        opened.map_err(|error| Error::Key { tag: BG, error })
    };
    let is_it = |material: &KeyMaterial| match &request.known_check_value {
        None => parity::is_odd(material),
        Some(given) => {
            let value = check_value(Algorithm::Tdes, None, material);
            let is_whole = context.policy().is_ok_and(|policy| policy.weak_keys) || parity::is_odd(material);
            is_whole && ceremonies::agrees(&value, given)
        }
    };
    let (of_old, of_new) = (open(old)?, open(new)?);
    let (material, under) = match (is_it(&of_old), is_it(&of_new)) {
        (true, false) => (of_old, Under::Old),
        (false, true) => (of_new, Under::New),
        (true, true) => {
            return Err(Error::FieldNeeded {
                tag: AE,
                rule: "both MFKs open the cryptogram; its check value tells them apart",
            });
        }
        (false, false) if request.known_check_value.is_some() => return Err(Error::CheckValueWrong { tag: AE }),
        (false, false) => return Err(Error::Key { tag: BG, error: key::Error::Parity }),
    };
    for wrapping in [old, new] {
        held::strong_enough(context, BG, wrapping.expose(), &material)?;
    }
    Ok((material, under))
}

fn header(block: GivenBlock<'_>) -> Result<Header, Error> {
    Header::parse(block.as_bytes()).map_err(|error| Error::Key { tag: BG, error })
}

/// The key of a block under a major key, which must be of the block's algorithm.
fn open_block(context: &Context<'_>, block: GivenBlock<'_>, major_key: &MajorKey) -> Result<WorkingKey, Error> {
    if header(block)?.version().algorithm() != major_key.algorithm() {
        return Err(Error::Key { tag: BG, error: key::Error::KeyBlockInvalid });
    }
    held::unwrap(context, BG, block, major_key.kbpk())
}

/// The version that a block keeps, or the new major key's own where that is of another algorithm.
fn version(version: Version, new: &MajorKey) -> Version {
    match (new.algorithm(), version.algorithm()) {
        (Algorithm::Aes, Algorithm::Aes) if version == Version::D => Version::D,
        (Algorithm::Aes, _) => Version::D,
        (_, Algorithm::Aes) => Version::B,
        (_, _) => version,
    }
}
