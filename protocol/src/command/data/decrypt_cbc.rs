//! Decrypts data in CBC mode with a DES-family key.
//!
//! Ours: the cryptogram of a key is taken with modifier 2, data.

use crate::field::code::ConstantOne;
use crate::field::data::Data;
use crate::field::key::{IvRef, KeyRef};

command! {
    request<'a> {
        /// The key; usage D0.
        "GG" key: KeyRef<'a>,
        /// IV of 8 bytes, or the slot of one; zeros when absent.
        "GH" iv: Option<IvRef>,
        /// Data; whole blocks of 8 bytes.
        "BO" data: Data,
        /// Known clients send 1; no other meaning is known.
        "BF" flag: Option<ConstantOne>,
    }
    response {
        /// Result.
        "BP" data: Data,
        /// Ending IV: the last cipher block.
        "GH" iv: Data,
    }
}
