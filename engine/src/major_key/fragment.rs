//! M-of-N fragments of a major key: Shamir's scheme over GF(2^8) with the polynomial 0x11B (standards.md section 4).
//!
//! Shamir's scheme by itself turns fragments that do not belong together into a wrong key without a word. So the secret
//! is split with a keyed digest of itself, as SLIP-39 does, and every fragment says to which set it belongs and carries a
//! checksum of its own.

mod field;
mod polynomial;

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use protocol::fragment::FORM;
use protocol::secret::Inline;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::MajorKeyKind;
use crate::codec::Reader;
use crate::hsm::Timestamp;
use crate::key::{KeyMaterial, KeyType};
use crate::random::{self, Generator};
use polynomial::{Polynomials, interpolate};

/// What is shared of a key, and each share of it: wiped on drop.
type Secret = Inline<64>;

/// Bytes of the digest, and of its key.
const DIGEST: usize = 16;
/// Bytes of a fragment's checksum.
const CHECKSUM: usize = 8;
/// Fewest and most fragments of a set, and fewest that are needed.
pub(crate) const FEWEST: u8 = 2;
pub(crate) const MOST: u8 = 9;

/// What all fragments of a set say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Set {
    /// Random, equal within a set.
    pub id: [u8; 8],
    /// Fragments that are needed: 2 to `total`.
    pub required: u8,
    /// Fragments there are: 2 to 9.
    pub total: u8,
    /// Which major key it is.
    pub kind: MajorKeyKind,
    /// Its algorithm and length.
    pub key_type: KeyType,
    /// When it was split.
    pub created: Timestamp,
}

/// One fragment; its share is wiped on drop and silent in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Fragment {
    set: Set,
    number: u8,
    share: Secret,
}

/// What is wrong with fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not 2 of 2 up to 9 of 9.
    #[error("2 to 9 fragments can be made, and 2 of them up to all can be required")]
    Count,
    /// Made by a later version.
    #[error("the fragment is of a form that this version does not know")]
    Form,
    /// Changed bytes.
    #[error("the fragment is damaged; use another card of the set")]
    Damaged,
    /// Another set.
    #[error("the fragment is of another set of cards than those given before")]
    OtherSet,
    /// The same fragment.
    #[error("fragment {number} of the set was given already; use another card")]
    Given {
        /// Which.
        number: u8,
    },
    /// Not enough yet.
    #[error("{have} of {required} fragments are there")]
    TooFew {
        /// Given.
        have: u8,
        /// Needed.
        required: u8,
    },
    /// Every checksum is right, and the whole is not the key that was split: somebody has changed a fragment.
    #[error("the fragments do not fit together: one of them was altered; abort, and begin again with other cards")]
    DoNotFit,
}

impl Set {
    /// A set with a new id.
    pub(crate) fn new(
        kind: MajorKeyKind,
        key_type: KeyType,
        (required, total): (u8, u8),
        created: Timestamp,
        random: &mut Generator,
    ) -> Result<Self, Error> {
        if !(FEWEST..=MOST).contains(&total) || !(FEWEST..=total).contains(&required) {
            return Err(Error::Count);
        }
        let mut id = [0; 8];
        random::fill(random, &mut id);
        Ok(Self { id, required, total, kind, key_type, created })
    }

    /// Its id.
    pub(crate) fn id(&self) -> [u8; 8] {
        self.id
    }

    /// The set's part of an encoded fragment.
    fn facts(&self) -> Vec<u8> {
        let mut out = vec![FORM];
        out.extend_from_slice(&self.id);
        out.extend_from_slice(&[self.required, self.total, self.kind.number(), self.key_type.code()]);
        out.extend_from_slice(&self.created.0.to_be_bytes());
        out
    }

    /// HMAC-SHA-256 of the facts and the secret under the digest's own random key, cut to 16 bytes.
    fn digest(&self, key: &[u8], secret: &[u8]) -> [u8; DIGEST] {
        let mut made = [0; DIGEST];
        // Every length of key does for HMAC.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
            mac.update(&self.facts());
            mac.update(secret);
            made.copy_from_slice(&mac.finalize().into_bytes()[..DIGEST]);
        }
        made
    }
}

/// Splits a key into the fragments of a set, in the order of their numbers.
pub(crate) fn split(set: Set, key: &KeyMaterial, random: &mut Generator) -> Result<Vec<Fragment>, Error> {
    let length = key.len();
    let whole = Secret::with_length(length + 2 * DIGEST, |whole| {
        whole[..length].copy_from_slice(key.expose());
        random::fill(random, &mut whole[length..length + DIGEST]);
        let digest = set.digest(&whole[length..length + DIGEST], key.expose());
        whole[length + DIGEST..].copy_from_slice(&digest);
    });
    let polynomials = Polynomials::random(whole, set.required, random);
    let mut fragments = Vec::with_capacity(set.total.into());
    fragments.extend((1..=set.total).map(|number| Fragment { set, number, share: polynomials.at(number) }));
    Ok(fragments)
}

/// The key of what was shared.
fn open(set: &Set, whole: &Secret) -> Result<KeyMaterial, Error> {
    let (key, rest) = whole.expose().split_at_checked(set.key_type.length()).ok_or(Error::DoNotFit)?;
    let (digest_key, digest) = rest.split_at_checked(DIGEST).ok_or(Error::DoNotFit)?;
    if !bool::from(set.digest(digest_key, key).ct_eq(digest)) {
        return Err(Error::DoNotFit);
    }
    Ok(KeyMaterial::new(key))
}

/// Fragments as they come in, one by one and in any order. Each stays in its place, so that nothing of it is left where a
/// list was that has grown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Collection(Vec<Arc<Fragment>>);

impl Collection {
    /// Takes a fragment in; on a refusal nothing has changed.
    pub(crate) fn add(&mut self, fragment: Fragment) -> Result<(), Error> {
        if self.0.first().is_some_and(|first| first.set != fragment.set) {
            return Err(Error::OtherSet);
        }
        if self.0.iter().any(|known| known.number == fragment.number) {
            return Err(Error::Given { number: fragment.number });
        }
        self.0.push(fragment.into());
        Ok(())
    }

    /// The set of those that are there.
    pub(crate) fn set(&self) -> Option<&Set> {
        self.0.first().map(|first| &first.set)
    }

    /// Fragments that are there.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u8> {
        self.0.iter().map(|given| given.number())
    }

    /// The key, once there are enough. Where there are more than enough, all of them must agree.
    pub(crate) fn combine(&self) -> Result<KeyMaterial, Error> {
        let have = u8::try_from(self.0.len()).unwrap_or(u8::MAX);
        let set = self.set().ok_or(Error::TooFew { have, required: FEWEST })?;
        let points: Vec<(u8, &Secret)> = self.0.iter().map(|given| (given.number, &given.share)).collect();
        let too_few = Error::TooFew { have, required: set.required };
        let (enough, others) = points.split_at_checked(set.required.into()).ok_or(too_few)?;
        let key = open(set, &interpolate(enough, 0))?;
        let others_fit =
            others.iter().fold(true, |fit, (number, share)| fit & (interpolate(enough, *number) == **share));
        if others_fit { Ok(key) } else { Err(Error::DoNotFit) }
    }
}

impl Fragment {
    /// What it has in common with its set.
    #[must_use]
    pub fn set(&self) -> &Set {
        &self.set
    }

    /// Its number: 1 to the set's total.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.number
    }

    /// Its bytes, in the order that [`protocol::fragment`] tells; the checksum is the first 8 bytes of the SHA-256 of all
    /// before it.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(128));
        out.extend_from_slice(&self.set.facts());
        out.push(self.number);
        out.push(u8::try_from(self.share.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(self.share.expose());
        let checksum = Sha256::digest(out.as_slice());
        out.extend_from_slice(&checksum[..CHECKSUM]);
        out
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Form`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let body = bytes.len().checked_sub(CHECKSUM).ok_or(Error::Damaged)?;
        let (body, checksum) = bytes.split_at(body);
        if Sha256::digest(body)[..CHECKSUM] != *checksum {
            return Err(Error::Damaged);
        }
        if body.first() != Some(&FORM) {
            return Err(Error::Form);
        }
        Self::parse(&body[1..]).ok_or(Error::Damaged)
    }

    fn parse(body: &[u8]) -> Option<Self> {
        let (id, rest) = body.split_first_chunk::<8>()?;
        let mut reader = Reader::new(rest);
        let (required, total) = (reader.byte()?, reader.byte()?);
        let kind = reader.byte()?;
        let kind = *MajorKeyKind::ALL.iter().find(|known| known.number() == kind)?;
        let key_type = KeyType::from_code(reader.byte()?)?;
        let created = Timestamp(reader.number()?);
        let (number, length) = (reader.byte()?, reader.byte()?);
        let share = reader.rest();
        let is_set = (FEWEST..=MOST).contains(&total) && (FEWEST..=total).contains(&required);
        let is_fragment = (1..=total).contains(&number)
            && share.len() == usize::from(length)
            && share.len() == key_type.length() + 2 * DIGEST;
        let set = Set { id: *id, required, total, kind, key_type, created };
        (is_set && is_fragment).then(|| Self { set, number, share: Secret::new(share) })
    }
}

impl fmt::Debug for Fragment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fragment({} of {:?})", self.number, self.set)
    }
}

#[cfg(test)]
mod tests;
