//! Check values: enough of a key's effect to recognise it by, too little to find it.

use std::fmt;

use super::{Algorithm, KeyMaterial};
use crate::cipher::BlockCipher;
use crate::hash::Hash;
use crate::mac;

/// The leading bytes of a key's check value: 3 for DES and HMAC keys, 5 for AES.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CheckValue {
    length: usize,
    bytes: [u8; 5],
}

impl CheckValue {
    fn new(whole: &[u8], length: usize) -> Self {
        let mut bytes = [0; 5];
        bytes[..length].copy_from_slice(&whole[..length]);
        Self { length, bytes }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// The leading `digits` hexadecimal digits, as many as there are.
    #[must_use]
    pub fn digits(&self, digits: u8) -> String {
        let mut text = self.to_string();
        text.truncate(usize::from(digits));
        text
    }
}

impl fmt::Display for CheckValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for CheckValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The check value of a key: a block of zeros enciphered for the DES family; the CMAC of a block of zeros for AES
/// (X9.24-1:2017 annex A); the keyed hash of nothing for HMAC, with SHA-256 unless the key block names another hash.
/// Empty for a key that is none of these or has the wrong length, so that it can never be shown.
#[must_use]
pub fn check_value(algorithm: Algorithm, hash: Option<Hash>, key: &KeyMaterial) -> CheckValue {
    let none = CheckValue { length: 0, bytes: [0; 5] };
    match algorithm {
        Algorithm::Des | Algorithm::Tdes => {
            let mut block = [0; 8];
            let made = BlockCipher::new(algorithm, key).and_then(|cipher| cipher.encrypt_ecb(&mut block));
            made.map_or(none, |()| CheckValue::new(&block, 3))
        }
        Algorithm::Aes => mac::aes_of_zeros(key).map_or(none, |made| CheckValue::new(made.expose(), 5)),
        Algorithm::Hmac => {
            let hash = hash.unwrap_or(Hash::Sha256);
            mac::hmac(hash, key, b"").map_or(none, |made| CheckValue::new(made.expose(), 3))
        }
        Algorithm::Rsa | Algorithm::Ec | Algorithm::Dsa | Algorithm::MlDsa | Algorithm::MlKem => none,
    }
}
