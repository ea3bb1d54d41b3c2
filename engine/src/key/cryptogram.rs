//! Cryptograms: a DES-family key enciphered part by part under a triple DES key with a modifier. They carry no
//! attributes and no integrity; a tenant's policy can forbid them.

use super::modifier::Modifier;
use super::{Algorithm, Error, KeyMaterial};
use crate::cipher::BlockCipher;

/// The cryptogram of an 8-, 16- or 24-byte key.
///
/// # Errors
/// [`Error::KbpkLength`] where the wrapping key is none of triple DES, [`Error::Length`] where the key has another length.
pub fn wrap(wrapping: &KeyMaterial, modifier: Modifier, key: &KeyMaterial) -> Result<Cryptogram, Error> {
    let cipher = cipher(wrapping, modifier)?;
    let mut bytes = [0; 24];
    let part = bytes.get_mut(..key.len()).ok_or(Error::Length)?;
    part.copy_from_slice(key.expose());
    cipher.encrypt_ecb(part).map_err(|_| Error::Length)?;
    Ok(Cryptogram { length: key.len(), bytes })
}

/// The key in a cryptogram, as it comes out: without attributes nothing can tell a wrong wrapping key.
///
/// # Errors
/// As [`wrap`].
pub fn unwrap(wrapping: &KeyMaterial, modifier: Modifier, cryptogram: &[u8]) -> Result<KeyMaterial, Error> {
    let cipher = cipher(wrapping, modifier)?;
    if !matches!(cryptogram.len(), 8 | 16 | 24) {
        return Err(Error::Length);
    }
    let mut key = KeyMaterial::new(cryptogram);
    cipher.decrypt_ecb(key.expose_mut()).map_err(|_| Error::Length)?;
    Ok(key)
}

fn cipher(wrapping: &KeyMaterial, modifier: Modifier) -> Result<BlockCipher, Error> {
    BlockCipher::new(Algorithm::Tdes, &modifier.apply(wrapping)).map_err(|_| Error::KbpkLength)
}

/// The bytes of a cryptogram: 8, 16 or 24.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cryptogram {
    length: usize,
    bytes: [u8; 24],
}

impl std::ops::Deref for Cryptogram {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}
