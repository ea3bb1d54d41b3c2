//! Module-lattice schemes: the sets of parameters of ML-DSA (FIPS 204) and ML-KEM (FIPS 203).

use aws_lc_rs::kem;
use aws_lc_rs::signature::{self, PqdsaSigningAlgorithm, PqdsaVerificationAlgorithm};

/// A set of parameters of ML-DSA, which signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MlDsa {
    /// ML-DSA-44
    Set44,
    /// ML-DSA-65
    Set65,
    /// ML-DSA-87
    Set87,
}

/// A set of parameters of ML-KEM, which encapsulates keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MlKem {
    /// ML-KEM-512
    Set512,
    /// ML-KEM-768
    Set768,
    /// ML-KEM-1024
    Set1024,
}

impl MlDsa {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Set44, Self::Set65, Self::Set87];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Set44 => "ML-DSA-44",
            Self::Set65 => "ML-DSA-65",
            Self::Set87 => "ML-DSA-87",
        }
    }

    /// Bits of strength: of its security category 2, 3 or 5, of which 2 is told as 128 (FIPS 204 table 1).
    pub(super) const fn strength(self) -> usize {
        match self {
            Self::Set44 => 128,
            Self::Set65 => 192,
            Self::Set87 => 256,
        }
    }

    pub(super) fn signing(self) -> &'static PqdsaSigningAlgorithm {
        match self {
            Self::Set44 => &signature::ML_DSA_44_SIGNING,
            Self::Set65 => &signature::ML_DSA_65_SIGNING,
            Self::Set87 => &signature::ML_DSA_87_SIGNING,
        }
    }

    pub(super) fn verification(self) -> &'static PqdsaVerificationAlgorithm {
        match self {
            Self::Set44 => &signature::ML_DSA_44,
            Self::Set65 => &signature::ML_DSA_65,
            Self::Set87 => &signature::ML_DSA_87,
        }
    }
}

impl MlKem {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Set512, Self::Set768, Self::Set1024];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Set512 => "ML-KEM-512",
            Self::Set768 => "ML-KEM-768",
            Self::Set1024 => "ML-KEM-1024",
        }
    }

    /// Bits of strength: of its security category 1, 3 or 5 (FIPS 203 section 8).
    pub(super) const fn strength(self) -> usize {
        match self {
            Self::Set512 => 128,
            Self::Set768 => 192,
            Self::Set1024 => 256,
        }
    }

    /// Polynomials in a vector: `k` of FIPS 203 table 2.
    pub(super) const fn rank(self) -> usize {
        match self {
            Self::Set512 => 2,
            Self::Set768 => 3,
            Self::Set1024 => 4,
        }
    }

    /// Bytes of what encapsulates a secret (FIPS 203 table 3).
    pub(super) const fn ciphertext(self) -> usize {
        match self {
            Self::Set512 => 768,
            Self::Set768 => 1088,
            Self::Set1024 => 1568,
        }
    }

    pub(super) fn algorithm(self) -> &'static kem::Algorithm {
        match self {
            Self::Set512 => &kem::ML_KEM_512,
            Self::Set768 => &kem::ML_KEM_768,
            Self::Set1024 => &kem::ML_KEM_1024,
        }
    }
}
