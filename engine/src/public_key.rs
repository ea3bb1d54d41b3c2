//! Asymmetric cryptography: the only file, with its folder, that names the crates that do it.
//!
//! Private operations are those of AWS-LC. Where that library lacks a form that clients of this protocol use (signatures
//! with SHA-1, MD5 and RIPEMD-160, or over bytes that carry no name of a hash; public exponents other than 65,537; keys
//! that repeat with their seed), it is the `rsa` crate, and for ML-KEM keys that repeat with their seed `ml-kem`.

mod agree;
mod curve;
mod encapsulate;
mod encrypt;
mod fixed;
mod generate;
mod lattice;
mod private;
mod public;
mod rsa_forms;
mod sign;

pub use curve::Curve;
pub use encrypt::Padding;
pub use generate::is_exponent;
pub use lattice::{MlDsa, MlKem};
pub use private::PrivateKey;
pub use public::PublicKey;
pub use sign::Scheme;

use std::fmt;

use crate::key::Algorithm;

/// Bits of the RSA moduli that are generated.
pub const RSA_SIZES: [u16; 3] = [2048, 3072, 4096];
/// Bits of the smallest and of the largest RSA modulus that is taken.
const RSA_BITS: std::ops::RangeInclusive<u16> = 2048..=8192;
/// The greatest public exponent: what AWS-LC takes, 33 bits.
pub const GREATEST_EXPONENT: u64 = (1 << 33) - 1;
/// The usual public exponent, F4.
pub const F4: u64 = 65_537;

/// What a key pair is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// RSA with a modulus of so many bits.
    Rsa(u16),
    /// An elliptic curve.
    Ec(Curve),
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// ML-DSA (FIPS 204).
    MlDsa(MlDsa),
    /// ML-KEM (FIPS 203).
    MlKem(MlKem),
}

impl Kind {
    /// Its letter's algorithm in a key block.
    #[must_use]
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::Rsa(_) => Algorithm::Rsa,
            Self::Ec(_) | Self::Ed25519 => Algorithm::Ec,
            Self::MlDsa(_) => Algorithm::MlDsa,
            Self::MlKem(_) => Algorithm::MlKem,
        }
    }

    /// Bits of strength (SP 800-57 part 1, table 2), to compare it with what wraps it.
    #[must_use]
    pub const fn strength(self) -> usize {
        match self {
            Self::Rsa(0..3072) => 112,
            Self::Rsa(3072..7680) => 128,
            Self::Rsa(_) => 192,
            Self::Ec(curve) => curve.strength(),
            Self::Ed25519 => 128,
            Self::MlDsa(set) => set.strength(),
            Self::MlKem(set) => set.strength(),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa(bits) => write!(f, "RSA-{bits}"),
            Self::Ec(curve) => f.write_str(curve.name()),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::MlDsa(set) => f.write_str(set.name()),
            Self::MlKem(set) => f.write_str(set.name()),
        }
    }
}

/// Why an asymmetric key, or an operation with one, is refused. No variant has room for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not the DER of a key that is served.
    #[error("not the DER form of a key of RSA, P-256, P-384, P-521, Ed25519, ML-DSA or ML-KEM")]
    Malformed,
    /// A key that keeps its form and breaks a rule of mathematics.
    #[error(
        "not a key: the point is not on its curve or of small order, modulus and exponent are none of RSA's, or a coefficient is too large"
    )]
    NotAKey,
    /// Of a size that is not served.
    #[error("an RSA modulus has 2048 to 8192 bits")]
    Size,
    /// A public exponent that is not served.
    #[error("a public exponent is odd, and 3 to 1FFFFFFFF; that of a new key is a prime")]
    Exponent,
    /// The key is of another algorithm.
    #[error("this needs {0}")]
    Kind(&'static str),
    /// The digest does not have the length of its hash, or data is too long for the modulus.
    #[error("{0}")]
    Length(&'static str),
    /// A hash that the scheme does not have.
    #[error("{0}")]
    Hash(&'static str),
    /// It does not decrypt: wrong key, wrong padding, changed bytes, told apart by nothing.
    #[error("does not decrypt under this key: for another key, or changed")]
    DoesNotDecrypt,
    /// The library fails where it cannot.
    #[error("the cryptographic library failed")]
    Failed,
}
