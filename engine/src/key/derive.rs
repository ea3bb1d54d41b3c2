//! From a key block protection key to the keys that encipher and authenticate a block (X9.143 section 7.2), with their
//! schedules ready made.

use std::fmt;
use std::sync::OnceLock;

use ::cipher::array::ArraySize;
use ::cipher::{Array, Block, BlockCipherDecrypt, BlockCipherEncrypt, Key, KeyInit};
use aes::{Aes128Dec, Aes128Enc, Aes192Dec, Aes192Enc, Aes256Dec, Aes256Enc};
use des::TdesEde3;
use protocol::secret::Inline;

use super::{Algorithm, Error, KeyMaterial};
use crate::chain;
use crate::cipher::three_parts;

/// A key block protection key. The keys of each method are derived when a block of such a version first asks for them.
pub struct Kbpk {
    algorithm: Algorithm,
    material: KeyMaterial,
    bound: OnceLock<Box<Keys>>,
    counter: OnceLock<Box<Keys>>,
    variant: OnceLock<Box<Keys>>,
}

/// How the keys of a block come from the KBPK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// Derived, CBC: versions B and D.
    Bound,
    /// Derived, counter mode: version E.
    Counter,
    /// Variants by XOR: versions A and C.
    Variant,
}

/// The two keys of a block.
pub(crate) enum Keys {
    /// Boxed, as its schedules are larger than the others by half, and nobody is to move that much.
    Tdes(Box<Pair<TdesEde3>>),
    Aes128(Pair<Aes128Enc>),
    Aes192(Pair<Aes192Enc>),
    Aes256(Pair<Aes256Enc>),
}

/// Encipherment key (KBEK) and authentication key (KBAK) of one cipher.
pub(crate) struct Pair<C: Cipher> {
    pub(crate) kbek: C,
    pub(crate) kbak: Authenticator<C>,
    /// For the KBEK the other way; a key that only wraps never needs it.
    reverse: OnceLock<Box<C::Kept>>,
}

impl<C: Cipher> Pair<C> {
    /// What undoes the KBEK.
    pub(crate) fn reverse(&self) -> &C::Reverse {
        self.kbek.reverse(&self.reverse)
    }
}

impl Kbpk {
    /// The context of a key.
    ///
    /// # Errors
    /// [`Error::KbpkLength`] unless it is triple DES of 16 or 24 bytes or AES.
    pub fn new(material: &KeyMaterial, algorithm: Algorithm) -> Result<Self, Error> {
        let wraps = matches!(algorithm, Algorithm::Aes | Algorithm::Tdes) && algorithm.takes(material.len());
        if !wraps {
            return Err(Error::KbpkLength);
        }
        let material = material.clone();
        let (bound, counter, variant) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Ok(Self { algorithm, material, bound, counter, variant })
    }

    /// Its algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn material(&self) -> &KeyMaterial {
        &self.material
    }

    pub(crate) fn strength(&self) -> usize {
        self.algorithm.strength(self.material.len())
    }

    /// The keys of a block; the caller has checked that method and algorithm go together.
    pub(crate) fn keys(&self, method: Method) -> Result<&Keys, Error> {
        let place = match method {
            Method::Bound => &self.bound,
            Method::Counter => &self.counter,
            Method::Variant => &self.variant,
        };
        if let Some(keys) = place.get() {
            return Ok(keys);
        }
        let keys = self.derive(method)?;
        Ok(place.get_or_init(|| keys))
    }

    fn derive(&self, method: Method) -> Result<Box<Keys>, Error> {
        let key = &self.material;
        match (self.algorithm, key.len()) {
            (Algorithm::Aes, 16) => pair(key, method, Keys::Aes128),
            (Algorithm::Aes, 24) => pair(key, method, Keys::Aes192),
            (Algorithm::Aes, _) => pair(key, method, Keys::Aes256),
            _ => pair(key, method, |pair| Keys::Tdes(Box::new(pair))),
        }
    }
}

impl fmt::Debug for Kbpk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kbpk({:?}, {} bytes)", self.algorithm, self.material.len())
    }
}

/// Longest key of a block, in bytes.
const LONGEST: usize = 32;

/// Encipherment key and authentication key, each at the front of its half.
type Clear = Inline<{ 2 * LONGEST }>;

/// Schedules are hundreds of bytes each, and moved as little as can be.
fn pair<C: Cipher>(key: &KeyMaterial, method: Method, keys: impl FnOnce(Pair<C>) -> Keys) -> Result<Box<Keys>, Error> {
    let key = key.expose();
    let clear = match method {
        Method::Variant => varied(key, [0x45, 0x4D]),
        Method::Bound => C::with_key(key, |key_array| derived(&C::new(key_array), [0, 1], key.len()))?,
        Method::Counter => C::with_key(key, |key_array| derived(&C::new(key_array), [2, 1], key.len()))?,
    };
    let (kbek, kbak) = clear.expose().split_at(LONGEST);
    let (kbek, kbak) = (&kbek[..key.len()], &kbak[..key.len()]);
    C::with_key(kbek, |kbek| {
        C::with_key(kbak, |kbak| {
            let pair = Pair { kbek: C::new(kbek), kbak: Authenticator::new(kbak), reverse: OnceLock::new() };
            Box::new(keys(pair))
        })
    })?
}

fn varied(key: &[u8], masks: [u8; 2]) -> Clear {
    Clear::with_length(2 * LONGEST, |place| {
        for (place, mask) in place.chunks_exact_mut(LONGEST).zip(masks) {
            place.iter_mut().zip(key).for_each(|(byte, given)| *byte = given ^ mask);
        }
    })
}

/// Most blocks that one key is made of: 24 bytes, of triple DES.
const MOST: usize = 3;

/// The messages whose CMACs are the blocks of a key: `counter | usage | 00 | algorithm | length in bits`, by algorithm and
/// length, usage, and counter from 1 on. A message is a whole block of triple DES, or half a block of AES, which is padded.
static MESSAGES: [[[[u8; 16]; MOST]; 3]; 5] = {
    const BITS: [u16; 5] = [128, 192, 128, 192, 256];
    let mut messages = [[[[0; 16]; MOST]; 3]; 5];
    let mut place = 0;
    while place < 5 * 3 * MOST {
        let (algorithm, usage, counter) = (place / MOST / 3, place / MOST % 3, place % MOST);
        let [bits_high, bits_low] = BITS[algorithm].to_be_bytes();
        let message = &mut messages[algorithm][usage][counter];
        message[0] = [1, 2, 3][counter];
        message[2] = [0, 1, 2][usage];
        message[5] = [0, 1, 2, 3, 4][algorithm];
        message[6] = bits_high;
        message[7] = bits_low;
        message[8] = 0x80;
        place += 1;
    }
    messages
};

/// A key for each usage (X9.143 section 7.2): CMACs of [`MESSAGES`], as many as the key needs, the leading bytes kept. Each
/// message is one block, so no chain is needed.
fn derived<C: BlockCipherEncrypt>(kbpk: &C, usages: [usize; 2], length: usize) -> Clear {
    let is_tdes = C::block_size() == 8;
    let algorithm = match (is_tdes, length) {
        (true, 16) => 0,
        (true, _) => 1,
        (false, 16) => 2,
        (false, 24) => 3,
        (false, _) => 4,
    };
    let each = length.div_ceil(C::block_size());
    let mut subkeys = subkeys(kbpk);
    let subkey = &subkeys[usize::from(!is_tdes)];
    let mut blocks: [Block<C>; 2 * MOST] = Default::default();
    let blocks = &mut blocks[..2 * each];
    for (of_key, usage) in blocks.chunks_mut(each).zip(usages) {
        for (block, message) in of_key.iter_mut().zip(&MESSAGES[algorithm][usage]) {
            block.copy_from_slice(&message[..C::block_size()]);
            chain::xor(block, subkey);
        }
    }
    chain::each(kbpk, blocks);
    let made = Clear::with_length(2 * LONGEST, |place| {
        for (place, of_key) in place.chunks_exact_mut(LONGEST).zip(blocks.chunks(each)) {
            let parts = Array::slice_as_chunks_mut(place).0.iter_mut();
            parts.zip(of_key).for_each(|(part, block): (&mut Block<C>, _)| part.clone_from(block));
        }
    });
    blocks.iter_mut().chain(&mut subkeys).for_each(wipe);
    made
}

/// The subkeys of CMAC (SP 800-38B section 6.1): doublings of the enciphered zero block.
fn subkeys<C: BlockCipherEncrypt>(cipher: &C) -> [Block<C>; 2] {
    let mut zero = Block::<C>::default();
    cipher.encrypt_block(&mut zero);
    let first = doubled(&zero);
    let second = doubled(&first);
    wipe(&mut zero);
    [first, second]
}

/// A cipher keyed for CMAC (SP 800-38B) and for CBC-MAC. A key block's MAC runs over cached schedules without copying
/// them, which the `cmac` crate cannot; its results are compared with that crate's in the tests.
pub(crate) struct Authenticator<C: BlockCipherEncrypt> {
    cipher: C,
    subkeys: [Block<C>; 2],
}

impl<C: BlockCipherEncrypt + KeyInit> Authenticator<C> {
    pub(crate) fn new(key: &Key<C>) -> Self {
        let mut made = Self { cipher: C::new(key), subkeys: Default::default() };
        made.subkeys = subkeys(&made.cipher);
        made
    }
}

impl<C: BlockCipherEncrypt> Authenticator<C> {
    /// CMAC over `head` and then `tail`, which is not empty unless `head` is.
    pub(crate) fn cmac(&self, head: &[u8], tail: &[u8]) -> Block<C> {
        let size = C::block_size();
        if !head.len().is_multiple_of(size) {
            let joined = Inline::<256>::with_length(head.len() + tail.len(), |place| {
                place[..head.len()].copy_from_slice(head);
                place[head.len()..].copy_from_slice(tail);
            });
            return self.cmac(&[], joined.expose());
        }
        let mut last = Block::<C>::default();
        let (whole, rest) = tail.split_at((tail.len().saturating_sub(1)) / size * size);
        last[..rest.len()].copy_from_slice(rest);
        let subkey = if rest.len() == size {
            &self.subkeys[0]
        } else {
            last[rest.len()] = 0x80;
            &self.subkeys[1]
        };
        chain::xor(&mut last, subkey);
        self.absorb([head, whole], &[last])
    }

    /// CBC-MAC over whole blocks.
    pub(crate) fn cbc_mac(&self, head: &[u8], tail: &[u8]) -> Block<C> {
        self.absorb([head, tail], &[])
    }

    fn absorb(&self, [head, tail]: [&[u8]; 2], last: &[Block<C>]) -> Block<C> {
        let mut block = Block::<C>::default();
        chain::absorb(&self.cipher, &mut block, [chain::blocks(head).0, chain::blocks(tail).0, last]);
        block
    }
}

impl<C: BlockCipherEncrypt> Drop for Authenticator<C> {
    fn drop(&mut self) {
        self.subkeys.iter_mut().for_each(wipe);
    }
}

/// Wipes a block as a whole; the general way goes byte by byte.
fn wipe<N: ArraySize>(block: &mut Array<u8, N>) {
    zeroize::zeroize_bytes(block);
}

/// The block times x in its Galois field (SP 800-38B section 5.3).
pub(crate) fn doubled<N: ArraySize>(block: &Array<u8, N>) -> Array<u8, N> {
    // A short block is the upper half of a number that is as wide as a long one.
    let reduction = if block.len() == 8 { 0x1B << 64 } else { 0x87 };
    let mut bytes = [0; 16];
    bytes[..block.len()].copy_from_slice(block);
    let number = u128::from_be_bytes(bytes);
    let carry = 0u128.wrapping_sub(number >> 127);
    let mut doubled = block.clone();
    let number = (number << 1) ^ (carry & reduction);
    doubled.copy_from_slice(&number.to_be_bytes()[..block.len()]);
    doubled
}

/// The block ciphers that the pairs above are made of: one way, and what undoes it.
pub(crate) trait Cipher: BlockCipherEncrypt + KeyInit {
    type Reverse: BlockCipherDecrypt<BlockSize = Self::BlockSize>;
    /// What has to be made for that.
    type Kept;

    /// Works with a key as the cipher takes it.
    ///
    /// # Errors
    /// [`Error::KbpkLength`]
    fn with_key<T>(key: &[u8], work: impl FnOnce(&Key<Self>) -> T) -> Result<T, Error> {
        key.try_into().map(work).map_err(|_| Error::KbpkLength)
    }

    fn reverse<'a>(&'a self, kept: &'a OnceLock<Box<Self::Kept>>) -> &'a Self::Reverse;
}

macro_rules! reversed {
    ($($cipher:ty => $reverse:ty;)+) => { $(
        impl Cipher for $cipher {
            type Reverse = $reverse;
            type Kept = $reverse;

            fn reverse<'a>(&'a self, kept: &'a OnceLock<Box<$reverse>>) -> &'a $reverse {
                kept.get_or_init(|| Box::new(self.into()))
            }
        }
    )+ };
}

reversed! {
    Aes128Enc => Aes128Dec;
    Aes192Enc => Aes192Dec;
    Aes256Enc => Aes256Dec;
}

impl Cipher for TdesEde3 {
    type Reverse = Self;
    type Kept = ();

    fn with_key<T>(key: &[u8], work: impl FnOnce(&Key<Self>) -> T) -> Result<T, Error> {
        let whole = three_parts(key).map_err(|_| Error::KbpkLength)?;
        Ok(work((&*whole).into()))
    }

    fn reverse<'a>(&'a self, _kept: &'a OnceLock<Box<()>>) -> &'a Self {
        self
    }
}
