//! Gives the public numbers of an RSA key pair.
//!
//! Known: that it gives the public components of an RSA private key. Ours: every tag, after those of GRSA; `RF`.

use crate::field::data::PublicNumber;
use crate::field::exponent::Exponent;
use crate::field::number::Number;
use crate::field::pair::PairRef;

command! {
    request {
        /// The key pair.
        "RC" pair: PairRef,
    }
    response {
        /// Public exponent.
        "RA" exponent: Exponent,
        /// Bits of the modulus.
        "RB" bits: Number<2048, 8192>,
        /// Modulus.
        "RF" modulus: PublicNumber,
    }
}
