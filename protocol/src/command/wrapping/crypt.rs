//! Encrypts data with an RSA public key, or decrypts it with the private key, by OAEP.
//!
//! The pair is one of `CZD` (ours): one that signs, agrees or wraps keys decrypts nothing here. What comes under
//! the public key is data whatever it is: the key of a TR-34 token that was sent to a certificate of such a pair as well, so
//! only pairs of `CZT` get certificates for receivers.
//!
//! Known: that it encrypts and decrypts with RSA, and signs and verifies with recovery; the latter is not served, and
//! neither is PKCS #1 v1.5. Ours: every tag.

use crate::field::code::{Direction, RsaPadding};
use crate::field::data::DataPart;
use crate::field::pair::{PairRef, TrustedRef};

command! {
    request {
        /// What to do.
        "BF" direction: Direction,
        /// The key pair that decrypts.
        "RC" pair: Option<PairRef>,
        /// The trusted public key that encrypts.
        "RD" public: Option<TrustedRef>,
        /// Data to encrypt or to decrypt.
        "BO" data: DataPart,
        /// Padding; OAEP with SHA-256 when absent.
        "ZA" padding: Option<RsaPadding>,
    }
    response {
        /// The result.
        "BP" result: DataPart,
    }
}
