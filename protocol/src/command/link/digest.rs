//! Hashes data.
//!
//! Ours: the tags, after `RG` (hash), `BO` (data) and `BP` (result).

use crate::field::code::HashCode;
use crate::field::data::Data;

command! {
    request {
        /// Hash function.
        "RG" hash: HashCode,
        /// Data; may be empty.
        "BO" data: Data,
    }
    response {
        /// The digest.
        "BP" digest: Data,
    }
}
