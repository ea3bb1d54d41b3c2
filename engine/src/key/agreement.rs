//! From a shared secret to a key encryption key: the one-step KDF of SP 800-56C revision 2 section 4.1 (the concatenation KDF of SP
//! 800-56A) and the KDF of ANSI X9.63 section 5.6.3. They differ in what stands first.

use super::{Algorithm, Attributes, Exportability, KeyMaterial, KeyType, Mode, Usage, parity};
use crate::hash::{self, Hash};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kdf {
    /// Counter, secret, shared information.
    Concatenation,
    /// Secret, counter, shared information.
    X963,
}

/// `length` bytes from a shared secret. The counter begins at 1 and has four bytes.
#[must_use]
pub fn derive(kdf: Kdf, hash: Hash, secret: &KeyMaterial, shared: &[u8], length: usize) -> KeyMaterial {
    let secret = secret.expose();
    let input = secret.len() + 4 + shared.len();
    let at = match kdf {
        Kdf::Concatenation => 0,
        Kdf::X963 => secret.len(),
    };
    // The secret is in it, so it is wiped.
    let mut input = KeyMaterial::with_length(input, |place| {
        let start = if at == 0 { 4 } else { 0 };
        place[start..start + secret.len()].copy_from_slice(secret);
        place[secret.len() + 4..].copy_from_slice(shared);
    });
    KeyMaterial::with_length(length, |place| {
        for (counter, part) in (1_u32..).zip(place.chunks_mut(hash.length())) {
            input.expose_mut()[at..at + 4].copy_from_slice(&counter.to_be_bytes());
            part.copy_from_slice(&hash::digest(hash, input.expose()).as_bytes()[..part.len()]);
        }
    })
}

/// A key of this type from a shared secret; one of the DES family gets odd parity.
#[must_use]
pub fn derive_key(kdf: Kdf, hash: Hash, secret: &KeyMaterial, shared: &[u8], key_type: KeyType) -> KeyMaterial {
    let mut key = derive(kdf, hash, secret, shared, key_type.length());
    if matches!(key_type.algorithm(), Algorithm::Des | Algorithm::Tdes) {
        parity::adjust(key.expose_mut());
    }
    key
}

/// What a key is that two have agreed on, whatever they ask for: a key block protection key where it is AES, a key encryption
/// key where it is of the DES family. Whoever has a secret can have the key made again, and would choose anew otherwise.
#[must_use]
pub const fn attributes(algorithm: Algorithm) -> Attributes {
    let usage = if matches!(algorithm, Algorithm::Aes) { Usage::K1 } else { Usage::K0 };
    let exportability = Exportability::NonExportable;
    Attributes { usage, algorithm, mode: Mode::Both, key_version: *b"00", exportability, context: b'0' }
}
