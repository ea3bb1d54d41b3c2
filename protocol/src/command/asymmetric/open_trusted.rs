//! Gives the public key in a trusted public key, in clear, and what it is trusted for.
//!
//! Known: that it decrypts a trusted public key. Ours: every tag, after those of GRSA; `AE`.

use crate::field::code::PairUsage;
use crate::field::data::{CheckDigits, PublicKeyBytes};
use crate::field::pair::TrustedRef;

command! {
    request {
        /// The trusted public key.
        "SD" trusted: TrustedRef,
    }
    response {
        /// The public key in clear.
        "RD" public: PublicKeyBytes,
        /// What it is trusted for.
        "CZ" usage: PairUsage,
        /// Check value: the leading digits of SHA-256 of the public key.
        "AE" check_value: CheckDigits,
    }
}
