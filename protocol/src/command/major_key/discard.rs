//! Discards the pending major key, before the switch. Of the FTK, no key of the key table may be sealed under it yet.

use crate::field::code::MajorKeySelector;
use crate::field::data::CheckDigits;

command! {
    request {
        /// Which major key.
        "FS" major_key: MajorKeySelector,
        /// Check value of the pending key.
        "AE" check_value: CheckDigits,
    }
    response {
        /// Which major key.
        "FS" major_key: MajorKeySelector,
    }
}
