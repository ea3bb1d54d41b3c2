//! Gives a part of a backup that is being restored on this connection, in order. A part that does not open is refused.

use crate::field::data::Envelope;
use crate::field::number::Number;

command! {
    request {
        /// Which part, counted from 1.
        "NU" number: Number<1, 100_000>,
        /// The part, sealed.
        "EN" part: Envelope,
    }
    response {
        /// Parts that are there.
        "CM" given: Number<1, 100_000>,
        /// Parts in all.
        "TT" parts: Number<1, 100_000>,
    }
}
