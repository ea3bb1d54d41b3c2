//! Clears a major key. What it wraps can be used again once the same key is loaded again.
//!
//! The FTK cannot be cleared while the key table holds keys, which it seals.

use crate::field::code::MajorKeySelector;
use crate::field::data::CheckDigits;

command! {
    request {
        /// Which major key.
        "FS" major_key: MajorKeySelector,
        /// Its check value, so that no other is cleared by mistake.
        "AE" check_value: CheckDigits,
    }
    response {
        /// Which major key.
        "FS" major_key: MajorKeySelector,
    }
}
