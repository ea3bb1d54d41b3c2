//! What the data commands share: which keys they take, and initialisation vectors.

use std::ops::Deref;

use protocol::field::data::Data;
use protocol::field::key::IvRef;
use protocol::secret::Inline;
use protocol::tag::Tag;

use crate::cipher::{self, BlockCipher};
use crate::context::Context;
use crate::error::{Error, Usages};
use crate::held::{Held, Purpose, Wanted};
use crate::key::modifier::Modifier;
use crate::key::{Algorithm, Usage};

/// Usages of a data key.
const DATA: &[Usage] = &[Usage::D0];
const IV: &[Usage] = &[Usage::I0];

/// An initialisation vector of one block; holds the ending one after use.
pub(crate) struct Iv(Inline<16>);

impl AsRef<[u8]> for Iv {
    fn as_ref(&self) -> &[u8] {
        self.0.expose()
    }
}

impl AsMut<[u8]> for Iv {
    fn as_mut(&mut self) -> &mut [u8] {
        self.0.expose_mut()
    }
}

impl From<Iv> for Data {
    fn from(iv: Iv) -> Self {
        Self::new(iv.as_ref())
    }
}

pub(crate) fn wanted(purpose: Purpose) -> Wanted {
    Wanted { usages: DATA, purpose, modifier: Modifier::DATA }
}

/// The cipher of a key: lent by the key table, or made for this request.
#[expect(clippy::large_enum_variant, reason = "a box would be memory to take and to wipe for every request")]
pub(crate) enum Keyed<'a> {
    Lent(&'a BlockCipher),
    Own(BlockCipher),
}

impl Deref for Keyed<'_> {
    type Target = BlockCipher;

    fn deref(&self) -> &BlockCipher {
        match self {
            Self::Lent(cipher) => cipher,
            Self::Own(cipher) => cipher,
        }
    }
}

pub(crate) fn cipher<'a>(tag: Tag, key: &Held<'a>) -> Result<Keyed<'a>, Error> {
    let algorithm = key.attributes().algorithm;
    if !matches!(algorithm, Algorithm::Aes | Algorithm::Tdes | Algorithm::Des) {
        return Err(Error::AlgorithmRefused { tag, needed: "an AES or DES-family", given: algorithm.letter() });
    }
    match key {
        Held::Stored(entry) => {
            entry.cipher().map(Keyed::Lent).ok_or(Error::Internal { what: "a key without a cipher" })
        }
        Held::Carried(key) => match BlockCipher::new(algorithm, key.material()) {
            Ok(cipher) => Ok(Keyed::Own(cipher)),
            Err(error) => Err(refused(tag, error)),
        },
    }
}

pub(crate) fn des_family<'a>(tag: Tag, key: &Held<'a>) -> Result<Keyed<'a>, Error> {
    let algorithm = key.attributes().algorithm;
    if algorithm == Algorithm::Aes {
        return Err(Error::AlgorithmRefused { tag, needed: "a DES-family", given: algorithm.letter() });
    }
    cipher(tag, key)
}

/// The IV that a field gives, in clear or in a slot of usage I0; zeros where there is none.
pub(crate) fn iv(context: &Context<'_>, tag: Tag, field: Option<&IvRef>, block: usize) -> Result<Iv, Error> {
    let wrong = Error::Field { tag, rule: "the IV must be one block: 8 bytes for a DES-family key, 16 for AES" };
    let held = match field {
        None => return Ok(Iv(Inline::with_length(block, |_| {}))),
        Some(IvRef::Bytes(bytes)) => bytes.clone(),
        Some(IvRef::Slot(slot)) => {
            let key = context.entry(tag, (*slot).into())?.key();
            let given = key.attributes().usage;
            if !IV.contains(&given) {
                return Err(Error::UsageRefused { tag, needed: Usages(IV), given });
            }
            Inline::new(key.material().expose())
        }
    };
    if held.len() == block { Ok(Iv(held)) } else { Err(wrong) }
}

pub(crate) fn refused(tag: Tag, error: cipher::Error) -> Error {
    Error::Cipher { tag, error }
}
