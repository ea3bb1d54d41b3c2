//! Turns a cryptogram under the MFK into a TR-31 key block under the MFK.
//!
//! Known: the block comes back in `BB`. Ours: the header's usage must be one that the modifier stands for.

use crate::field::data::CheckDigits;
use crate::field::key::{GivenHeader, KeyRef, ModifierDigit, WrappedKey};

command! {
    request<'a> {
        /// Modifier of the cryptogram.
        "AS" modifier: ModifierDigit,
        /// The cryptogram.
        "BG" key: KeyRef<'a>,
        /// Header of the key block.
        "AK" header: GivenHeader<'a>,
    }
    response {
        /// The key block.
        "BB" key_block: WrappedKey,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
