//! Generates a key pair of Ed25519, ML-DSA or ML-KEM and returns the private key under the PMK, or stores it in a slot of
//! the asymmetric table.
//!
//! The private key is a TR-31 key block of version D, whose payload is a PrivateKeyInfo (PKCS #8): usage S0 where the pair
//! signs or verifies, K3 with mode X where it agrees on keys. Its algorithm is E for Ed25519; X9.143 has no letters for the
//! others and leaves digits to whoever makes the block: 1 is ML-DSA, 2 is ML-KEM. It is never exportable.
//!
//! Ed25519 and ML-DSA sign and verify, `CZS`, `CZG` and `CZV`: by ZSGM and ZSGV. ML-KEM agrees on keys, `CZX`: by ZKEN and
//! ZKDE. Ours: all of it, after GECC.

use crate::field::code::{MajorKeySelector, PairKind, PairUsage};
use crate::field::data::{PublicKeyBytes, TrustedBytes};
use crate::field::pair::{PairRef, Target};
use crate::field::text::Label;

command! {
    request {
        /// What to generate.
        "RA" kind: PairKind,
        /// Major key to wrap the private key under: the PMK.
        "BJ" major_key: Option<MajorKeySelector>,
        /// What the pair may do.
        "CZ" usage: PairUsage,
        /// Slot of the asymmetric table to put it in, which must be empty, or NONE, as when absent.
        "RC" target: Option<Target>,
        /// Label of the slot, which no other key of the asymmetric table may have.
        "RT" label: Option<Label>,
    }
    response {
        /// The private key under the PMK, or the slot that it is in.
        "RC" private: PairRef,
        /// The public key in clear.
        "RD" public: PublicKeyBytes,
        /// The public key, trusted for the same usage.
        "SD" trusted: TrustedBytes,
    }
}
