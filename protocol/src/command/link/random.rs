//! Gives random bytes.
//!
//! Ours: the tags, after `CM` (a length) and `BP` (a result).

use crate::field::data::Data;
use crate::field::number::Number;

command! {
    request {
        /// Bytes wanted, 1 to 4096.
        "CM" length: Number<1, 4096>,
    }
    response {
        /// The bytes.
        "BP" data: Data,
    }
}
