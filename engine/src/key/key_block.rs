//! TR-31 key blocks: ANSI X9.143 versions A to D, and ISO 20038 version E.

mod header;
mod layout;
mod optional_block;
mod protect;

pub use header::{Header, Version};

use protocol::field::key::KeyBlockText;
use protocol::hex;
use protocol::secret::Inline;

use super::derive::{Kbpk, Keys};
use super::{Algorithm, Error, KeyMaterial};
use crate::random::{self, Generator};
use header::HEADER;
use layout::Layout;
use optional_block::OptionalBlock;

/// Runs one expression with the pair of keys, of whichever cipher.
macro_rules! with_keys {
    ($keys:expr, $pair:ident => $work:expr) => {
        match $keys {
            Keys::Tdes($pair) => $work,
            Keys::Aes128($pair) => $work,
            Keys::Aes192($pair) => $work,
            Keys::Aes256($pair) => $work,
        }
    };
}
/// Longest block: what four decimal digits can say.
const LONGEST: usize = 9999;

/// How much of a key's length a block shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Nothing: as if the key were the longest of its algorithm, 24 bytes for the DES family and 32 for AES. Keys of
    /// other algorithms are padded to a block only (X9.143 section 7.3).
    Hidden,
    /// All: to the next block only, as TR-31:2018 did.
    Minimal,
}

/// The key block of `key` under `kbpk`, its header and optional blocks bound to it. Randomness is for the padding. `weaker`
/// allows a KBPK that is weaker than the key.
///
/// # Errors
/// [`Error::KbpkAlgorithm`], [`Error::WeakerWrapping`], [`Error::TooLong`].
pub fn wrap(
    kbpk: &Kbpk,
    header: &Header,
    key: &KeyMaterial,
    version: Version,
    padding: Padding,
    weaker: bool,
    random: &mut Generator,
) -> Result<KeyBlockText, Error> {
    let used = 2 + key.len();
    let hidden = match padding {
        Padding::Hidden => used.max(2 + longest(header.attributes().algorithm)),
        Padding::Minimal => used,
    };
    let length = hidden.next_multiple_of(version.payload_unit());
    let bits = u16::try_from(key.len() * 8).map_err(|_| Error::TooLong)?;
    let mut sealed = Enciphered::empty();
    let place = sealed.put(length + version.mac_length());
    place[..2].copy_from_slice(&bits.to_be_bytes());
    place[2..used].copy_from_slice(key.expose());
    random::fill(random, &mut place[used..length]);
    seal(kbpk, header, key.len(), version, weaker, place)
}

/// What is enciphered, and its MAC behind it.
type Enciphered = Inline<80>;

/// As [`wrap`], with the payload as it is to be enciphered, and room for the MAC behind it: also for published vectors, whose
/// padding is known.
fn seal(
    kbpk: &Kbpk,
    header: &Header,
    key_length: usize,
    version: Version,
    weaker: bool,
    sealed: &mut [u8],
) -> Result<KeyBlockText, Error> {
    let keys = keys_for(kbpk, version)?;
    strong_enough(kbpk, header.attributes().algorithm, key_length, weaker)?;
    let blocks = header.blocks_under(kbpk, version);
    let bound = HEADER + blocks.iter().map(OptionalBlock::length).sum::<usize>();
    let whole = bound + sealed.len() * 2;
    let front = header.front(version, whole, blocks.len())?;
    Ok(KeyBlockText::with_length(whole, |place| {
        let (bound, digits) = place.split_at_mut(bound);
        bound[..HEADER].copy_from_slice(&front);
        if !blocks.is_empty() {
            let mut text = Vec::new();
            blocks.iter().for_each(|block| block.write(&mut text));
            bound[HEADER..].copy_from_slice(&text);
        }
        let (payload, mac) = sealed.split_at_mut(sealed.len() - version.mac_length());
        with_keys!(keys, pair => protect::encipher(pair, version, bound, payload, mac));
        hex::encode(sealed, digits);
    }))
}

/// The header and the key of a block that opens under `kbpk`.
///
/// # Errors
/// [`Error::Malformed`] and [`Error::KbpkAlgorithm`], found without the key; [`Error::KeyBlockInvalid`] for whatever is
/// found with it; [`Error::WeakerWrapping`] for a genuine block, unless `weaker` allows it.
pub fn unwrap(kbpk: &Kbpk, block: &[u8], weaker: bool) -> Result<(Header, KeyMaterial), Error> {
    Sealed::parse(block)?.open(kbpk, weaker)
}

/// A key block that keeps every rule that can be seen without its key.
pub(crate) struct Sealed<'a>(Layout<'a>);

impl<'a> Sealed<'a> {
    /// Reads a whole key block.
    ///
    /// # Errors
    /// [`Error::Malformed`]
    #[inline(always)]
    pub(crate) fn parse(block: &'a [u8]) -> Result<Self, Error> {
        Layout::parse(block).map(Self)
    }

    /// Its version.
    pub(crate) fn version(&self) -> Version {
        self.0.header.version()
    }

    /// The header and the key, as [`unwrap`].
    ///
    /// # Errors
    /// As [`unwrap`], but for what [`Self::parse`] finds.
    pub(crate) fn open(self, kbpk: &Kbpk, weaker: bool) -> Result<(Header, KeyMaterial), Error> {
        let Layout { header, bound, digits } = self.0;
        let version = header.version();
        let keys = keys_for(kbpk, version)?;
        let mut sealed = Enciphered::empty();
        let place = sealed.put(digits.len() / 2);
        if !hex::decode_public(digits, place) {
            return Err(Error::Malformed("what follows the header is not hexadecimal"));
        }
        let (clear, mac) = place.split_at_mut(place.len() - version.mac_length());
        let genuine = with_keys!(keys, pair => protect::decipher(pair, version, bound, clear, mac));
        let key = if genuine { key_in(clear) } else { None };
        let key = key.ok_or(Error::KeyBlockInvalid)?;
        strong_enough(kbpk, header.attributes().algorithm, key.len(), weaker)?;
        Ok((header, KeyMaterial::new(key)))
    }
}

fn keys_for(kbpk: &Kbpk, version: Version) -> Result<&Keys, Error> {
    if kbpk.algorithm() != version.algorithm() {
        return Err(Error::KbpkAlgorithm);
    }
    kbpk.keys(version.method())
}

fn strong_enough(kbpk: &Kbpk, algorithm: Algorithm, length: usize, weaker: bool) -> Result<(), Error> {
    if weaker || algorithm.strength(length) <= kbpk.strength() { Ok(()) } else { Err(Error::WeakerWrapping) }
}

/// Bytes of the longest key of an algorithm, 0 where there is none.
const fn longest(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::Des | Algorithm::Tdes => 24,
        Algorithm::Aes => 32,
        Algorithm::Hmac | Algorithm::Rsa | Algorithm::Ec | Algorithm::Dsa | Algorithm::MlDsa | Algorithm::MlKem => 0,
    }
}

/// The key behind its length in bits, if that is whole bytes that fit.
fn key_in(payload: &[u8]) -> Option<&[u8]> {
    let (bits, rest) = payload.split_at_checked(2)?;
    let bits = usize::from(u16::from_be_bytes([bits[0], bits[1]]));
    let key = rest.get(..bits / 8)?;
    (bits > 0 && bits.is_multiple_of(8)).then_some(key)
}

#[cfg(test)]
mod tests;
