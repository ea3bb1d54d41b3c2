//! Switches to the pending major key. The former one is kept, to translate key blocks that hosts hold, until it is retired.
//!
//! Of the FTK, all keys of the key table are to be translated first.

use crate::field::code::{KeyTypeCode, MajorKeySelector};
use crate::field::data::CheckDigits;

command! {
    request {
        /// Which major key.
        "FS" major_key: MajorKeySelector,
        /// Check value of the pending key, which is to be in use from now on.
        "AE" check_value: CheckDigits,
    }
    response {
        /// Which major key.
        "FS" major_key: MajorKeySelector,
        /// Algorithm and length of the key now in use.
        "CT" key_type: KeyTypeCode,
        /// Its check value.
        "AE" check_value: CheckDigits,
        /// Check value of the former key.
        "KV" former: CheckDigits,
    }
}
