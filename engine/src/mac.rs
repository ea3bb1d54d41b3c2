//! Message authentication codes: CMAC (SP 800-38B), ISO/IEC 9797-1 algorithms 1 and 3, HMAC (FIPS 198-1).

use ::cipher::{Block, BlockCipherEncrypt, KeyInit as _};
use aes::{Aes128Enc, Aes192Enc, Aes256Enc};
use des::TdesEde3;
use hmac::{Hmac, Mac as _};
use protocol::secret::Inline;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq as _;

use crate::cipher::{BlockCipher, Error};
use crate::hash::Hash;
use crate::key::derive::{Authenticator, Cipher, doubled};
use crate::key::{Algorithm, KeyMaterial};

/// How a message is filled to whole blocks (ISO/IEC 9797-1 section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Zeros where bytes are missing; an empty message becomes one block of zeros.
    Method1,
    /// 80 and zeros, always.
    Method2,
}

/// CMAC with AES (16 bytes) or triple DES (8 bytes).
///
/// # Errors
/// A key that has no CMAC.
pub fn cmac(algorithm: Algorithm, key: &KeyMaterial, data: &[u8]) -> Result<Inline<16>, Error> {
    let bytes = key.expose();
    match (algorithm, bytes.len()) {
        (Algorithm::Aes, 16) => keyed::<Aes128Enc>(bytes, data),
        (Algorithm::Aes, 24) => keyed::<Aes192Enc>(bytes, data),
        (Algorithm::Aes, 32) => keyed::<Aes256Enc>(bytes, data),
        (Algorithm::Tdes, _) => keyed::<TdesEde3>(bytes, data),
        (Algorithm::Aes, _) => Err(Error::KeyLength),
        (
            Algorithm::Des
            | Algorithm::Hmac
            | Algorithm::Rsa
            | Algorithm::Ec
            | Algorithm::Dsa
            | Algorithm::MlDsa
            | Algorithm::MlKem,
            _,
        ) => Err(Error::Algorithm),
    }
}

/// CMAC of the one block of zeros with AES: what its check value is made of.
pub(crate) fn aes_of_zeros(key: &KeyMaterial) -> Result<Inline<16>, Error> {
    let bytes = key.expose();
    let wrong = |_| Error::KeyLength;
    let mac = match bytes.len() {
        16 => twice(&Aes128Enc::new(bytes.try_into().map_err(wrong)?)),
        24 => twice(&Aes192Enc::new(bytes.try_into().map_err(wrong)?)),
        _ => twice(&Aes256Enc::new(bytes.try_into().map_err(wrong)?)),
    };
    Ok(Inline::new(&mac))
}

/// The first subkey comes from the block of zeros, is added to a block of zeros, and enciphered again.
fn twice<C: BlockCipherEncrypt>(cipher: &C) -> Block<C> {
    let mut block = Block::<C>::default();
    cipher.encrypt_block(&mut block);
    block = doubled(&block);
    cipher.encrypt_block(&mut block);
    block
}

/// The `cmac` crate copies a schedule of 240 bytes several times for each message; ours runs over it where it is.
fn keyed<C: Cipher>(key: &[u8], data: &[u8]) -> Result<Inline<16>, Error> {
    let mac = C::with_key(key, |key| Authenticator::<C>::new(key).cmac(&[], data));
    mac.map(|mac| Inline::new(&mac)).map_err(|_| Error::KeyLength)
}

/// ISO/IEC 9797-1 algorithm 1, CBC-MAC: the last block. With triple DES it is the MAC of ISO 16609.
///
/// # Errors
/// A key that is none of a block cipher.
pub fn cbc_mac(algorithm: Algorithm, key: &KeyMaterial, padding: Padding, data: &[u8]) -> Result<Inline<16>, Error> {
    Ok(chain(&BlockCipher::new(algorithm, key)?, padding, data))
}

/// ISO/IEC 9797-1 algorithm 3, the retail MAC of X9.19, with a key of two DES keys: 8 bytes.
///
/// # Errors
/// A key that does not have 16 bytes.
pub fn retail(key: &KeyMaterial, padding: Padding, data: &[u8]) -> Result<Inline<16>, Error> {
    let (first, second) = key.expose().split_at_checked(8).ok_or(Error::KeyLength)?;
    let first = BlockCipher::new(Algorithm::Des, &KeyMaterial::new(first))?;
    let second = BlockCipher::new(Algorithm::Des, &KeyMaterial::new(second))?;
    let mut block = chain(&first, padding, data);
    second.decrypt_ecb(block.expose_mut())?;
    first.encrypt_ecb(block.expose_mut())?;
    Ok(block)
}

/// HMAC: as many bytes as the hash has.
///
/// # Errors
/// [`Error::Algorithm`] for MD5 and RIPEMD-160, which no keyed hash here uses.
pub fn hmac(hash: Hash, key: &KeyMaterial, data: &[u8]) -> Result<Inline<64>, Error> {
    macro_rules! with {
        ($hash:ty) => {{
            let mut mac = Hmac::<$hash>::new_from_slice(key.expose()).map_err(|_| Error::KeyLength)?;
            mac.update(data);
            Ok(Inline::new(&mac.finalize().into_bytes()))
        }};
    }
    match hash {
        Hash::Sha1 => with!(Sha1),
        Hash::Sha224 => with!(Sha224),
        Hash::Sha256 => with!(Sha256),
        Hash::Sha384 => with!(Sha384),
        Hash::Sha512 => with!(Sha512),
        Hash::Md5 | Hash::Ripemd160 => Err(Error::Algorithm),
    }
}

/// Whether `given` is the beginning of `whole`, in constant time. The caller has checked how short it may be.
#[must_use]
pub fn verify(whole: &[u8], given: &[u8]) -> bool {
    whole.get(..given.len()).is_some_and(|part| part.ct_eq(given).into())
}

fn chain(cipher: &BlockCipher, padding: Padding, data: &[u8]) -> Inline<16> {
    let length = cipher.block_length();
    let (whole, rest) = data.split_at(data.len() - data.len() % length);
    let mut last = Inline::<16>::with_length(length, |place| place[..rest.len()].copy_from_slice(rest));
    let needed = match padding {
        Padding::Method1 => !rest.is_empty() || data.is_empty(),
        Padding::Method2 => {
            last.expose_mut()[rest.len()] = 0x80;
            true
        }
    };
    cipher.cbc_mac(whole, needed.then_some(last.expose()))
}
