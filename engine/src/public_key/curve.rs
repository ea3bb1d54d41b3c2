//! The curves of FIPS 186-5 that are served, and what tells them apart in DER.

use aws_lc_rs::agreement;
use aws_lc_rs::digest;
use aws_lc_rs::signature::{self, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm};

/// Bytes of the digests of [`crate::hash::Hash`].
const DIGESTS: [usize; 6] = [16, 20, 28, 32, 48, 64];

/// A prime curve of SP 800-186.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    /// secp256r1
    P256,
    /// secp384r1
    P384,
    /// secp521r1
    P521,
}

impl Curve {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// Bytes of a scalar, and of a coordinate.
    #[must_use]
    pub const fn length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    pub(super) const fn strength(self) -> usize {
        match self {
            Self::P256 => 128,
            Self::P384 => 192,
            Self::P521 => 256,
        }
    }

    /// Bits of the first byte of a scalar that are used.
    pub(super) const fn first_byte(self) -> u8 {
        match self {
            Self::P256 | Self::P384 => 0xFF,
            Self::P521 => 0x01,
        }
    }

    /// What stands before the uncompressed point in a SubjectPublicKeyInfo (RFC 5480): the bytes up to and with the
    /// bit string's count of unused bits.
    pub(super) const fn spki_prefix(self) -> &'static [u8] {
        match self {
            Self::P256 => {
                b"\x30\x59\x30\x13\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07\x03\x42\x00"
            }
            Self::P384 => b"\x30\x76\x30\x10\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x05\x2B\x81\x04\x00\x22\x03\x62\x00",
            Self::P521 => {
                b"\x30\x81\x9B\x30\x10\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x05\x2B\x81\x04\x00\x23\x03\x81\x86\x00"
            }
        }
    }

    /// What an AlgorithmIdentifier of its keys holds (RFC 5480): the object identifiers of id-ecPublicKey and of the curve.
    pub(super) fn algorithm_identifier(self) -> &'static [u8] {
        let start = if self == Self::P521 { 5 } else { 4 };
        let end = match self {
            Self::P256 => start + 19,
            Self::P384 | Self::P521 => start + 16,
        };
        &self.spki_prefix()[start..end]
    }

    pub(super) fn agreement(self) -> &'static agreement::Algorithm {
        match self {
            Self::P256 => &agreement::ECDH_P256,
            Self::P384 => &agreement::ECDH_P384,
            Self::P521 => &agreement::ECDH_P521,
        }
    }

    pub(super) fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
            Self::P384 => &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
            Self::P521 => &signature::ECDSA_P521_SHA512_ASN1_SIGNING,
        }
    }

    pub(super) fn verification(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &signature::ECDSA_P256_SHA256_ASN1,
            Self::P384 => &signature::ECDSA_P384_SHA384_ASN1,
            Self::P521 => &signature::ECDSA_P521_SHA512_ASN1,
        }
    }

    /// A digest of any hash as the one of the hash that the library joins to this curve. ECDSA takes the leftmost bits
    /// of a digest, as many as the order has, as a number (FIPS 186-5 section 6.4.1): a longer one is cut, zeros before
    /// a shorter one change nothing. What has the length of no digest is `None`: of longer data only the beginning would be
    /// signed, and anybody could change the rest.
    pub(super) fn digest(self, given: &[u8]) -> Option<digest::Digest> {
        if !DIGESTS.contains(&given.len()) {
            return None;
        }
        let algorithm = match self {
            Self::P256 => &digest::SHA256,
            Self::P384 => &digest::SHA384,
            Self::P521 => &digest::SHA512,
        };
        let length = algorithm.output_len();
        let mut bytes = [0; 64];
        let kept = given.len().min(length);
        bytes[length - kept..length].copy_from_slice(&given[..kept]);
        digest::Digest::import_less_safe(&bytes[..length], algorithm).ok()
    }
}
