//! Gives the RSA public key in a trusted public key, in clear, as an RSAPublicKey (PKCS #1).
//!
//! Known: that it makes a clear public key from a cryptogram. Ours: every tag, after those of GRSA; that it is for RSA.

use crate::field::data::PublicKeyBytes;
use crate::field::pair::TrustedRef;

command! {
    request {
        /// The trusted public key.
        "SD" trusted: TrustedRef,
    }
    response {
        /// The public key in clear: RSAPublicKey.
        "RD" public: PublicKeyBytes,
    }
}
