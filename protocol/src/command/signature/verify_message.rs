//! Verifies a signature of Ed25519 or ML-DSA over a message with a trusted public key.
//!
//! A signature that is none, of a wrong length too, is answered by `BBN`. Public keys are trusted for S or V.

use crate::field::code::Verdict;
use crate::field::data::{Data, Signature};
use crate::field::pair::TrustedRef;

command! {
    request {
        /// Signature.
        "RH" signature: Signature,
        /// The message.
        "RF" message: Data,
        /// The trusted public key, or the slot of one or of a key pair.
        "RD" public: TrustedRef,
    }
    response {
        /// Whether the signature is one over the message.
        "BB" verdict: Verdict,
    }
}
