//! Encrypts or decrypts data with any data key.
//!
//! Ours: every tag, after `AI` (a data key), `GH` (an IV), `BO` (data), `BP` (result) and `ZA` (padding).

use crate::field::code::{CipherMode, DataPadding, Direction, MajorKeySelector};
use crate::field::data::Data;
use crate::field::key::{IvRef, KeyRef};

command! {
    request<'a> {
        /// The key; usage D0.
        "AI" key: KeyRef<'a>,
        /// Encrypt or decrypt.
        "BF" direction: Direction,
        /// Mode of operation.
        "KM" mode: CipherMode,
        /// IV or first counter block; zeros when absent, refused in ECB.
        "GH" iv: Option<IvRef>,
        /// Padding; none when absent.
        "ZA" padding: Option<DataPadding>,
        /// Data.
        "BO" data: Data,
        /// Major key of `AI`, where that is a key block; when absent the PMK for version D, the MFK for A, B and C.
        "FS" major_key: Option<MajorKeySelector>,
    }
    response {
        /// Result.
        "BP" data: Data,
        /// In CBC the last cipher block, which is the IV of the data that follows; in CTR the next counter block, unless
        /// the first one is in a slot.
        "GH" iv: Option<Data>,
    }
}
