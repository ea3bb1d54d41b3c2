//! Decrypts data block by block (ECB).
//!
//! Ours: the mode, which no source names, and that the cryptogram of a key is taken with modifier 2, data.

use crate::field::data::Data;
use crate::field::key::KeyRef;

command! {
    request<'a> {
        /// The key; usage D0.
        "AI" key: KeyRef<'a>,
        /// Data; whole blocks.
        "AK" data: Data,
    }
    response {
        /// Result.
        "AK" data: Data,
    }
}
