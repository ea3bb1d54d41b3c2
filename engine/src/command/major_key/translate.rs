//! Translates a key that a host holds.

use std::sync::Arc;

use protocol::command::major_key::translate::{Request, Response};
use protocol::field::code::Yes;
use protocol::field::key::{KeyBlockText, WrappedKey};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::held;
use crate::key::key_block::{Header, Version};
use crate::key::modifier::Modifier;
use crate::key::{self, Algorithm, Usage, WorkingKey};
use crate::major_key::{Age, MajorKey, MajorKeyKind};

const AS: Tag = Tag::of("AS");
const BG: Tag = Tag::of("BG");

impl Execute for Request {
    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        let kind = match (&self.key, self.major_key) {
            (_, Some(selector)) => selector.into(),
            (WrappedKey::KeyBlock(block), None) if header(block)?.version().algorithm() == Algorithm::Aes => {
                MajorKeyKind::Pmk
            }
            (WrappedKey::KeyBlock(_) | WrappedKey::Cryptogram(_), None) => MajorKeyKind::Mfk,
        };
        let (old, new) = change(context, kind)?;
        let (wrapped, key, is_translated) = match &self.key {
            WrappedKey::KeyBlock(block) => {
                if self.modifier.is_some() {
                    return Err(Error::Conflict { tag: AS, rule: "a key block has no modifier" });
                }
                match open_block(context, block, &old) {
                    Ok(key) => {
                        let version = version(header(block)?.version(), &new);
                        (held::as_block(context, BG, new.kbpk(), version, &key)?, key, true)
                    }
                    Err(refused) => match open_block(context, block, &new) {
                        Ok(key) => (self.key.clone(), key, false),
                        Err(_) => return Err(refused),
                    },
                }
            }
            WrappedKey::Cryptogram(bytes) => {
                if kind != MajorKeyKind::Mfk {
                    return Err(Error::Conflict { tag: BG, rule: "cryptograms are under the MFK only" });
                }
                held::mfk_for_cryptograms(context, BG)?;
                let modifier = Modifier::from(self.modifier);
                let usage = modifier.usages().first().copied().unwrap_or(Usage::K0);
                // A cryptogram does not tell what it is under: whoever asks twice would get nonsense were it not for parity.
                let material = held::clear_of_cryptogram(context, BG, old.expose(), modifier, bytes)?;
                held::strong_enough(context, BG, new.expose(), &material)?;
                let key = WorkingKey::of_cryptogram(usage, material).map_err(|error| Error::Key { tag: BG, error })?;
                (held::under(BG, new.expose(), modifier, &key)?, key, true)
            }
        };
        let check_value = context.check_value(&key)?;
        Ok(Response { key: wrapped, check_value, translated: is_translated.then_some(Yes::Yes) })
    }
}

/// The major keys that a translation goes from and to.
fn change(context: &Context<'_>, kind: MajorKeyKind) -> Result<(Arc<MajorKey>, Arc<MajorKey>), Error> {
    let keys = context.tenant()?.major_keys();
    context.major_key(kind)?;
    let of_age = |age| keys.of_age(kind, age).cloned();
    let (former, current, pending) = (of_age(Age::Former), of_age(Age::Current), of_age(Age::Pending));
    let before = current.clone().zip(pending);
    let none = Error::NoChange { name: kind.name(), age: "pending or former" };
    before.or_else(|| former.zip(current)).ok_or(none)
}

fn header(block: &KeyBlockText) -> Result<Header, Error> {
    Header::parse(block.as_bytes()).map_err(|error| Error::Key { tag: BG, error })
}

/// The key of a block under a major key, which must be of the block's algorithm.
fn open_block(context: &Context<'_>, block: &KeyBlockText, major_key: &MajorKey) -> Result<WorkingKey, Error> {
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
