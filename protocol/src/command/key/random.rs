//! Generates a DES-family key and returns it in clear.
//!
//! The command exists on real units. A tenant's policy may disable it.

use crate::field::code::DesLength;
use crate::field::data::ClearKey;

command! {
    request {
        /// Length of the key.
        "FS" length: DesLength,
    }
    response {
        /// The key in clear, with odd parity.
        "AK" key: ClearKey,
    }
}
