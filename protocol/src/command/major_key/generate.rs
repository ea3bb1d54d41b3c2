//! Generates a major key inside the HSM and loads it. Nobody ever sees it; method B of a ceremony takes it onto cards.

use crate::field::code::{KeyTypeCode, MajorKeySelector, Yes};
use crate::field::data::CheckDigits;

command! {
    request {
        /// Which major key.
        "FS" major_key: MajorKeySelector,
        /// Algorithm and length: AES-256 when absent, three-key triple DES for the MFK.
        "CT" key_type: Option<KeyTypeCode>,
        /// Y to load it beside the one in use, as the pending one, for a switch.
        "PN" pending: Option<Yes>,
    }
    response {
        /// Which major key.
        "FS" major_key: MajorKeySelector,
        /// Its algorithm and length.
        "CT" key_type: KeyTypeCode,
        /// Its check value.
        "AE" check_value: CheckDigits,
    }
}
