//! Retires the former major key after a switch: it is wiped, and what hosts still hold under it is lost to this HSM.

use crate::field::code::MajorKeySelector;
use crate::field::data::CheckDigits;

command! {
    request {
        /// Which major key.
        "FS" major_key: MajorKeySelector,
        /// Check value of the former key.
        "AE" check_value: CheckDigits,
    }
    response {
        /// Which major key.
        "FS" major_key: MajorKeySelector,
    }
}
