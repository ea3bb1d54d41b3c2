//! Tells what this tenant's policy allows.
//!
//! Ours: every tag.

use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {}
    response {
        /// Forms of key that are accepted, comma separated: TR31, CRYPTOGRAM.
        "OF" key_block_policy: Text<64>,
        /// Digits of a working key's check value, 4 or 6.
        "CM" check_digits: Number<4, 6>,
        /// Selectors of the major keys that are loaded, comma separated.
        "FS" major_keys: Text<32>,
        /// Slots of the key table.
        "RC" slots: Number<0, 100_000>,
        /// Commands that are disabled here, comma separated; absent when none is.
        "BB" disabled: Option<Text<1024>>,
    }
}
