//! Gives the public key of a key pair.
//!
//! Known: that it makes a public key from a private key. Ours: every tag, after those of GRSA; `AE`.

use crate::field::data::{CheckDigits, PublicKeyBytes, TrustedBytes};
use crate::field::pair::PairRef;

command! {
    request {
        /// The key pair.
        "RC" pair: PairRef,
    }
    response {
        /// The public key in clear.
        "RD" public: PublicKeyBytes,
        /// The public key, trusted for the usage of the pair; absent where that is one that nothing here does.
        "SD" trusted: Option<TrustedBytes>,
        /// Check value: the leading digits of SHA-256 of the public key.
        "AE" check_value: CheckDigits,
    }
}
