//! Generates an RSA key pair and returns the private key under the PMK, or stores it in a slot of the asymmetric table.
//!
//! The private key is a TR-31 key block of version D, whose payload is a PrivateKeyInfo (PKCS #8): usage S0 where the pair
//! signs or verifies, K3 where it wraps keys, K2 where it receives TR-34 tokens, D1 where it encrypts data; mode N for
//! `CZS`, V for `CZV`, S for `CZG`, B for `CZW` and `CZD`, D for `CZT`. It is never exportable.
//!
//! Known: the tags of the request but `RT`, and what `RC`, `RD` and `SD` hold. Ours: the header, `CZW`, `CZD`, `CZT`, the
//! form of a trusted public key, `RT`. Public exponents are primes from 3 to 1FFFFFFFF, 10001 nearly always. `KB`, `KF` and `SP` are taken as clients send
//! them and change nothing: what the last two ask for is not known.

use crate::field::code::{ConstantOne, MajorKeySelector, ModulusBits, PairUsage};
use crate::field::data::{PublicKeyBytes, TrustedBytes};
use crate::field::exponent::Exponent;
use crate::field::pair::{PairRef, Target};
use crate::field::text::Label;

command! {
    request {
        /// Public exponent.
        "RA" exponent: Exponent,
        /// Bits of the modulus.
        "RB" bits: ModulusBits,
        /// Major key to wrap the private key under: the PMK.
        "BJ" major_key: Option<MajorKeySelector>,
        /// A key block is wanted: the only form that there is.
        "KB" key_block: Option<ConstantOne>,
        /// What the pair may do.
        "CZ" usage: PairUsage,
        /// Slot of the asymmetric table to put it in, which must be empty, or NONE, as when absent.
        "RC" target: Option<Target>,
        /// Unknown; clients send 1.
        "KF" unknown: Option<ConstantOne>,
        /// Unknown; clients send 1.
        "SP" unknown_too: Option<ConstantOne>,
        /// Label of the slot, which no other key of the asymmetric table may have.
        "RT" label: Option<Label>,
    }
    response {
        /// The private key under the PMK, or the slot that it is in.
        "RC" private: PairRef,
        /// The public key in clear.
        "RD" public: PublicKeyBytes,
        /// The public key, trusted for the usage of the pair.
        "SD" trusted: TrustedBytes,
    }
}
