//! Trusted public keys: a public key bound to its usage, and to whoever has the PMK, by a MAC.
//!
//! The form is ours: `01`, the letter of the usage, the SubjectPublicKeyInfo, HMAC-SHA-256 of all that under a key derived
//! from the PMK. Where the key came in a certificate, `02`, the letter, whether the certificate is a CA's, how many CAs may
//! follow below it, and SHA-256 of its subject's name stand before the SubjectPublicKeyInfo, so that the key goes on to be
//! what its certificate says. A tenant's PMK is its own, so that another tenant's or another HSM's keys are strangers.

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
/// The first form above.
const PLAIN: u8 = 1;
/// The second form above.
const CERTIFIED: u8 = 2;
/// Stands for a path length that is not limited.
const UNLIMITED: u8 = u8::MAX;

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
    /// What its certificate says, where it came in one.
    pub certified: Option<Certified>,
}

/// What a certificate says of its key, as far as verifying further certificates needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certified {
    /// Whether it is a CA's and may sign certificates.
    pub is_ca: bool,
    /// How many CAs may follow below it.
    pub path_length: Option<u8>,
    /// SHA-256 of its subject's name in DER form.
    pub name: [u8; 32],
}

/// Changed, made under another PMK, or no trusted key at all: told apart by nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distrusted;

impl TrustedKey {
    /// A key for a usage.
    #[must_use]
    pub fn new(usage: PairUsage, key: PublicKey) -> Self {
        Self { usage, key, certified: None }
    }

    /// What is bound.
    pub(crate) fn content(&self) -> Vec<u8> {
        let mut content = match &self.certified {
            None => vec![PLAIN, letter(self.usage)],
            Some(Certified { is_ca, path_length, name }) => {
                let start = [CERTIFIED, letter(self.usage), u8::from(*is_ca), path_length.unwrap_or(UNLIMITED)];
                [&start[..], name].concat()
            }
        };
        content.extend_from_slice(self.key.spki());
        content
    }

    /// The key that was bound.
    pub(crate) fn of_content(content: &[u8]) -> Option<Self> {
        let (usage, certified, spki) = match content {
            [PLAIN, usage, spki @ ..] => (usage, None, spki),
            [CERTIFIED, usage, is_ca @ (0 | 1), path_length, rest @ ..] => {
                let (name, spki) = rest.split_first_chunk()?;
                let path_length = Some(*path_length).filter(|length| *length != UNLIMITED);
                (usage, Some(Certified { is_ca: *is_ca == 1, path_length, name: *name }), spki)
            }
            _ => return None,
        };
        let usage = PairUsage::parse(&[*usage]).ok()?;
        Some(Self { usage, key: PublicKey::from_der(spki).ok()?, certified })
    }

    /// Binds it by a MAC key that was derived from the PMK.
    #[must_use]
    pub fn bind(&self, mac_key: &KeyMaterial) -> Vec<u8> {
        let mut bound = self.content();
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
        let (content, given) = bound.split_at(start);
        let made = mac::hmac(Hash::Sha256, mac_key, content).map_err(|_| Distrusted)?;
        if !mac::verify(made.expose(), given) {
            return Err(Distrusted);
        }
        Self::of_content(content).ok_or(Distrusted)
    }
}

fn letter(usage: PairUsage) -> u8 {
    usage.code().as_bytes().first().copied().unwrap_or_default()
}
