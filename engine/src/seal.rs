//! Sealing of keys at rest: AES-256-GCM (SP 800-38D) under a key derived by HKDF-SHA-256 (RFC 5869), bound to its place.

use std::fmt;

use aes_gcm::aead::{AeadInOut as _, Nonce, Tag};
use aes_gcm::{Aes256Gcm, KeyInit as _};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use crate::key::KeyMaterial;
use crate::random::{self, Generator};

const NONCE: usize = 12;
const TAG: usize = 16;

/// A key that seals other keys; wiped on drop.
pub struct SealingKey(Aes256Gcm);

/// A sealed key: nonce (12 bytes), tag (16 bytes), ciphertext.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

/// What was sealed does not open: another key, another place, or changed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("does not open under this key")]
pub struct DoesNotOpen;

impl SealingKey {
    /// The sealing key of a store, from its 32-byte device key.
    #[must_use]
    pub fn device(key: &[u8; 32]) -> Self {
        Self::derive(&KeyMaterial::new(key), "strongroom major keys")
    }

    /// The sealing key that a secret has for one purpose.
    #[must_use]
    pub fn derive(secret: &KeyMaterial, label: &str) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        let derived = Hkdf::<Sha256>::new(None, secret.expose()).expand(label.as_bytes(), &mut *key);
        debug_assert!(derived.is_ok(), "32 bytes are within what HKDF gives");
        Self(Aes256Gcm::new((&*key).into()))
    }

    /// Seals a key for the place that `bound` describes.
    #[must_use]
    pub fn seal(&self, key: &[u8], bound: &[u8], random: &mut Generator) -> Sealed {
        let mut sealed = vec![0; NONCE + TAG + key.len()];
        sealed[NONCE + TAG..].copy_from_slice(key);
        let (nonce, rest) = sealed.split_at_mut(NONCE);
        let (tag, text) = rest.split_at_mut(TAG);
        random::fill(random, nonce);
        let nonce = nonce_of(nonce);
        match self.0.encrypt_inout_detached(&nonce, bound, text.into()) {
            Ok(made) => tag.copy_from_slice(&made),
            // Beyond 64 GiB of text only. Nothing clear may stay behind, and an empty record never opens.
            Err(_) => sealed.zeroize(),
        }
        Sealed(sealed)
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`DoesNotOpen`]
    pub fn open(&self, sealed: &Sealed, bound: &[u8]) -> Result<KeyMaterial, DoesNotOpen> {
        let (nonce, rest) = sealed.0.split_at_checked(NONCE).ok_or(DoesNotOpen)?;
        let (tag, text) = rest.split_at_checked(TAG).ok_or(DoesNotOpen)?;
        let tag = Tag::<Aes256Gcm>::try_from(tag).map_err(|_| DoesNotOpen)?;
        let mut key = KeyMaterial::new(text);
        let opened = self.0.decrypt_inout_detached(&nonce_of(nonce), bound, key.expose_mut().into(), &tag);
        opened.map(|()| key).map_err(|_| DoesNotOpen)
    }
}

fn nonce_of(bytes: &[u8]) -> Nonce<Aes256Gcm> {
    let mut nonce = Nonce::<Aes256Gcm>::default();
    nonce.copy_from_slice(bytes);
    nonce
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey")
    }
}

impl Sealed {
    /// As a store gave it back.
    #[must_use]
    pub fn from_stored(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// For a store to keep.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_unchanged_in_its_place_under_its_key() {
        let mut random = Generator::from_seed([1; 32]);
        let key = SealingKey::device(&[9; 32]);
        let sealed = key.seal(b"sixteen byte key", b"slot 7", &mut random);
        assert_eq!(key.open(&sealed, b"slot 7").map(|key| key.expose().to_vec()), Ok(b"sixteen byte key".to_vec()));
        assert!(!sealed.as_bytes().windows(16).any(|part| part == b"sixteen byte key"));
        assert_eq!(key.open(&sealed, b"slot 8").err(), Some(DoesNotOpen));
        assert_eq!(SealingKey::device(&[8; 32]).open(&sealed, b"slot 7").err(), Some(DoesNotOpen));
        for place in 0..sealed.as_bytes().len() {
            let mut changed = sealed.as_bytes().to_vec();
            changed[place] ^= 1;
            assert_eq!(key.open(&Sealed::from_stored(&changed), b"slot 7").err(), Some(DoesNotOpen));
            assert_eq!(key.open(&Sealed::from_stored(&changed[..place]), b"slot 7").err(), Some(DoesNotOpen));
        }
    }
}
