//! Signs a message with a private key of Ed25519 or ML-DSA.
//!
//! Both hash what they sign by themselves, so the whole message is in the frame, whose length is its limit; of more, sign a
//! digest. Ed25519 is the pure one (RFC 8032 section 5.1.6), whose signatures repeat. ML-DSA is the pure one with an empty
//! context (FIPS 204 algorithm 2), hedged, so that no two signatures are the same. A signature has 64 bytes, or 2,420,
//! 3,309 or 4,627.

use crate::field::data::{Data, Signature};
use crate::field::pair::PairRef;

command! {
    request {
        /// The key pair, one of CZS or CZG.
        "RC" pair: PairRef,
        /// The message.
        "RF" message: Data,
    }
    response {
        /// Signature.
        "RH" signature: Signature,
    }
}
