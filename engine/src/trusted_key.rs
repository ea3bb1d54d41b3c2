//! Trusted public keys: a public key bound to its usage, and to whoever has the PMK, by a MAC.
//!
//! The form is ours: `01`, the letter of the usage, the SubjectPublicKeyInfo, HMAC-SHA-256 of all that under a key derived
//! from the PMK. A tenant's PMK is its own, so that another tenant's or another HSM's keys are strangers.

use hkdf::Hkdf;
use protocol::field::Value as _;
use protocol::field::code::PairUsage;
use sha2::Sha256;

use crate::hash::Hash;
use crate::key::KeyMaterial;
use crate::mac;
use crate::public_key::PublicKey;

/// Bytes of the MAC.
const MAC: usize = 32;
/// The form above.
const FORM: u8 = 1;

/// The MAC key of a PMK, derived by HKDF-SHA-256 (RFC 5869).
#[must_use]
pub fn mac_key(pmk: &KeyMaterial) -> KeyMaterial {
    KeyMaterial::with_length(MAC, |place| {
        let derived = Hkdf::<Sha256>::new(None, pmk.expose()).expand(b"strongroom trusted public keys", place);
        debug_assert!(derived.is_ok(), "32 bytes are within what HKDF gives");
    })
}

/// A public key that this tenant trusts for one usage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// What it is trusted for.
    pub usage: PairUsage,
    /// The key.
    pub key: PublicKey,
}

/// Changed, made under another PMK, or no trusted key at all: told apart by nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distrusted;

impl TrustedKey {
    /// A key for a usage.
    #[must_use]
    pub fn new(usage: PairUsage, key: PublicKey) -> Self {
        Self { usage, key }
    }

    /// Binds it by a MAC key that was derived from the PMK.
    #[must_use]
    pub fn bind(&self, mac_key: &KeyMaterial) -> Vec<u8> {
        let mut bound = vec![FORM, letter(self.usage)];
        bound.extend_from_slice(self.key.spki());
        // HMAC takes a key of any length.
        if let Ok(made) = mac::hmac(Hash::Sha256, mac_key, &bound) {
            bound.extend_from_slice(made.expose());
        }
        bound
    }

    /// The key in what [`Self::bind`] made under the same key.
    ///
    /// # Errors
    /// [`Distrusted`]
    pub fn open(mac_key: &KeyMaterial, bound: &[u8]) -> Result<Self, Distrusted> {
        let start = bound.len().checked_sub(MAC).ok_or(Distrusted)?;
        let (bound, given) = bound.split_at(start);
        let made = mac::hmac(Hash::Sha256, mac_key, bound).map_err(|_| Distrusted)?;
        if !mac::verify(made.expose(), given) {
            return Err(Distrusted);
        }
        let [FORM, usage, spki @ ..] = bound else { return Err(Distrusted) };
        let usage = PairUsage::parse(&[*usage]).map_err(|_| Distrusted)?;
        let key = PublicKey::from_der(spki).map_err(|_| Distrusted)?;
        Ok(Self { usage, key })
    }
}

pub(crate) fn letter(usage: PairUsage) -> u8 {
    usage.code().as_bytes().first().copied().unwrap_or_default()
}
