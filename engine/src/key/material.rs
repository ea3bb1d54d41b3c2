//! The clear bytes of a key.

use std::fmt;

use protocol::secret::Inline;
use zeroize::Zeroize;

use super::{Algorithm, KeyType, parity};
use crate::random::{self, Generator};

/// The clear bytes of a key: up to 64 in place, wiped on drop, silent in `Debug`, compared in constant time.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyMaterial(Inline<64>);

impl KeyMaterial {
    /// A copy of `bytes`.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(Inline::new(bytes))
    }

    /// `length` bytes that `fill` writes in place.
    #[must_use]
    pub fn with_length(length: usize, fill: impl FnOnce(&mut [u8])) -> Self {
        Self(Inline::with_length(length, fill))
    }

    /// Bytes of the key.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// No bytes at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes; the one word to search for where keys are read.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    pub(crate) fn expose_mut(&mut self) -> &mut [u8] {
        self.0.expose_mut()
    }
}

impl Zeroize for KeyMaterial {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for KeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyMaterial({} bytes)", self.len())
    }
}

/// A random key: of odd parity and not weak where it is one of the DES family.
#[must_use]
pub fn generate(key_type: KeyType, random: &mut Generator) -> KeyMaterial {
    let mut key = KeyMaterial::with_length(key_type.length(), |_| {});
    loop {
        random::fill(random, key.expose_mut());
        match key_type.algorithm() {
            Algorithm::Des | Algorithm::Tdes => parity::adjust(key.expose_mut()),
            Algorithm::Aes
            | Algorithm::Hmac
            | Algorithm::Rsa
            | Algorithm::Ec
            | Algorithm::Dsa
            | Algorithm::MlDsa
            | Algorithm::MlKem => return key,
        }
        // One random key in 2^52 is weak.
        if parity::check(key_type.algorithm(), &key).is_ok() {
            return key;
        }
    }
}
