//! Trusted public keys: a public key bound to its usage, and to whoever has the PMK, by a MAC.
//!
//! The form is ours: a number that tells why the key is trusted, the letter of the usage, what that reason adds, the
//! SubjectPublicKeyInfo, HMAC-SHA-256 of all that under a key derived from the PMK.
//!
//! - `01`: it belongs to a key pair of the tenant. Nobody but the pair vouches for it, so it never verifies certificates.
//! - `03`: administrators have trusted it, under dual control.
//! - `04`: it came in a certificate. Added are whether that is a CA's (bit 0) and may sign lists of revoked certificates
//!   (bit 1), how many CAs may follow below it, until when its whole chain is valid, and SHA-256 of its subject's name, so
//!   that the key goes on to be what its certificate says.
//!
//! Before, `01` stood for administrators' keys too, and `02` for a certificate of which less was kept: whether it is a CA's, the
//! path length, SHA-256 of the name. Such a `02` is read as `01` is, and never made: it does not tell until when its chain is
//! valid, so it verifies no certificates.
//!
//! A tenant's PMK is its own, so that another tenant's or another HSM's keys are strangers.

use hkdf::Hkdf;
use protocol::field::Value as _;
use protocol::field::code::PairUsage;
use sha2::Sha256;

use crate::hash::Hash;
use crate::hsm::Timestamp;
use crate::key::KeyMaterial;
use crate::mac;
use crate::public_key::PublicKey;

/// Bytes of the MAC.
const MAC: usize = 32;
/// The forms above.
const OWN: u8 = 1;
const ADMINISTRATORS: u8 = 3;
const CERTIFIED: u8 = 4;
/// The form of certificates before, and what stands in it before the SubjectPublicKeyInfo and after the usage.
const FORMERLY_CERTIFIED: u8 = 2;
const FORMER_TERMS: usize = 1 + 1 + 32;
/// Bits of what a certificate allows.
const IS_CA: u8 = 1;
const SIGNS_CRLS: u8 = 2;
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
    /// Why it is trusted.
    pub basis: Basis,
}

/// Why a public key is trusted; decides whether certificates are verified with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// It is that of a key pair of the tenant, which any client can make, or was trusted before the reason was kept.
    OwnPair,
    /// It came in a certificate whose chain was verified.
    Certificate(Certified),
    /// Administrators have trusted it, under dual control.
    Administrators,
}

/// What a certificate says of its key, as far as verifying further certificates needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certified {
    /// Whether it is a CA's and may sign certificates.
    pub is_ca: bool,
    /// Whether it may sign lists of revoked certificates.
    pub signs_crls: bool,
    /// How many CAs may follow below it: by its own certificate and by all those above it.
    pub path_length: Option<u8>,
    /// Until when its certificate and all those above it are valid.
    pub not_after: Timestamp,
    /// SHA-256 of its subject's name in DER form.
    pub name: [u8; 32],
}

/// Changed, made under another PMK, or no trusted key at all: told apart by nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distrusted;

impl TrustedKey {
    /// What is bound.
    pub(crate) fn content(&self) -> Vec<u8> {
        let letter = letter(self.usage);
        let mut content = match &self.basis {
            Basis::OwnPair => vec![OWN, letter],
            Basis::Administrators => vec![ADMINISTRATORS, letter],
            Basis::Certificate(Certified { is_ca, signs_crls, path_length, not_after, name }) => {
                let allowed = (u8::from(*is_ca) * IS_CA) | (u8::from(*signs_crls) * SIGNS_CRLS);
                let start = [CERTIFIED, letter, allowed, path_length.unwrap_or(UNLIMITED)];
                [&start[..], &not_after.0.to_be_bytes(), name].concat()
            }
        };
        content.extend_from_slice(self.key.spki());
        content
    }

    /// The key that was bound.
    pub(crate) fn of_content(content: &[u8]) -> Option<Self> {
        let (usage, basis, spki) = match content {
            [OWN, usage, spki @ ..] => (usage, Basis::OwnPair, spki),
            [ADMINISTRATORS, usage, spki @ ..] => (usage, Basis::Administrators, spki),
            [CERTIFIED, usage, allowed @ 0..=3, path_length, rest @ ..] => {
                let (not_after, rest) = rest.split_first_chunk()?;
                let (name, spki) = rest.split_first_chunk()?;
                let certified = Certified {
                    is_ca: allowed & IS_CA != 0,
                    signs_crls: allowed & SIGNS_CRLS != 0,
                    path_length: Some(*path_length).filter(|length| *length != UNLIMITED),
                    not_after: Timestamp(u64::from_be_bytes(*not_after)),
                    name: *name,
                };
                (usage, Basis::Certificate(certified), spki)
            }
            [FORMERLY_CERTIFIED, usage, rest @ ..] => (usage, Basis::OwnPair, rest.get(FORMER_TERMS..)?),
            _ => return None,
        };
        let usage = PairUsage::parse(&[*usage]).ok()?;
        Some(Self { usage, key: PublicKey::from_der(spki).ok()?, basis })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::public_key::{Curve, F4, Kind, PrivateKey};
    use crate::random::Generator;

    /// What was bound and stored before it was told why a key is trusted.
    #[test]
    fn earlier_forms_are_read_as_keys_that_are_no_issuers() {
        let private = PrivateKey::generate(Kind::Ec(Curve::P256), F4, &mut Generator::from_entropy([7; 32]));
        let key = private.expect("generates").public().clone();
        let own = TrustedKey { usage: PairUsage::Verify, key: key.clone(), basis: Basis::OwnPair };
        let former = |start: &[u8]| [start, key.spki()].concat();
        let (ca, leaf) = ([&b"\x02V\x01\xFF"[..], &[9; 32]].concat(), [&b"\x02V\x00\x00"[..], &[0; 32]].concat());
        for content in [former(b"\x01V"), former(&ca), former(&leaf)] {
            let read = TrustedKey::of_content(&content).expect("is read");
            assert_eq!(read, own);
            assert_eq!(read.content(), former(b"\x01V"), "and written as what it is now");
            let mac_key = mac_key(&KeyMaterial::new(&[5; 32]));
            let mac = mac::hmac(Hash::Sha256, &mac_key, &content).expect("a MAC");
            assert_eq!(TrustedKey::open(&mac_key, &[&content[..], mac.expose()].concat()), Ok(own.clone()));
        }
        assert_eq!(TrustedKey::of_content(&former(&ca[..35])), None, "cut off");
        assert_eq!(TrustedKey::of_content(&ca), None, "no key");
    }

    #[test]
    fn a_certificates_key_keeps_what_that_says() {
        let private = PrivateKey::generate(Kind::Ec(Curve::P256), F4, &mut Generator::from_entropy([7; 32]));
        let key = private.expect("generates").public().clone();
        for (is_ca, signs_crls, path_length) in [(true, true, None), (true, false, Some(0)), (false, true, Some(3))] {
            let not_after = Timestamp(1_700_000_000);
            let certified = Certified { is_ca, signs_crls, path_length, not_after, name: [9; 32] };
            let basis = Basis::Certificate(certified);
            let trusted = TrustedKey { usage: PairUsage::Verify, key: key.clone(), basis };
            let content = trusted.content();
            assert_eq!(content[0], 4, "a number that the earlier form has not");
            assert_eq!(TrustedKey::of_content(&content), Some(trusted));
        }
    }
}
