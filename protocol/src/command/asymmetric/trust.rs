//! Makes a public key in clear one that this tenant trusts for a usage. Nothing but the word of those who ask vouches for
//! it, so two identities must be logged in (dual control). Trusted for V or S it is an issuer of certificates, without an
//! end. Keys that come in certificates are trusted by their chain instead.

use crate::field::code::PairUsage;
use crate::field::data::{CheckDigits, PublicKeyBytes, TrustedBytes};

command! {
    request {
        /// The public key in clear.
        "RD" public: PublicKeyBytes,
        /// What it is to be trusted for.
        "CZ" usage: PairUsage,
    }
    response {
        /// The public key, trusted.
        "SD" trusted: TrustedBytes,
        /// Check value: the leading digits of SHA-256 of the public key.
        "AE" check_value: CheckDigits,
    }
}
