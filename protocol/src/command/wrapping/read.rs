//! Gives the public key of an RSA key pair that unwraps keys.
//!
//! Known: that it gets a public RSA wrapping key. Ours: every tag, after those of GRSA; that a pair is named.

use crate::field::data::{CheckDigits, PublicKeyBytes, TrustedBytes};
use crate::field::pair::PairRef;

command! {
    request {
        /// The key pair, one of CZW.
        "RC" pair: PairRef,
    }
    response {
        /// The public key in clear.
        "RD" public: PublicKeyBytes,
        /// The public key, trusted for wrapping.
        "SD" trusted: TrustedBytes,
        /// Check value: the leading digits of SHA-256 of the public key.
        "AE" check_value: CheckDigits,
    }
}
