//! Reads a part of the backup that this connection has made. It may be read again.

use crate::field::data::Envelope;
use crate::field::number::Number;

command! {
    request {
        /// Which part, counted from 1.
        "NU" number: Number<1, 100_000>,
    }
    response {
        /// Which part.
        "NU" number: Number<1, 100_000>,
        /// The part, sealed.
        "EN" part: Envelope,
    }
}
