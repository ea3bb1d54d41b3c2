//! Confirms a ceremony by the check value of its key, and ends it: the key goes live.

use crate::field::code::{KeyTypeCode, MajorKeySelector};
use crate::field::data::{CeremonyId, CheckDigits};

command! {
    request {
        /// The ceremony.
        "CE" ceremony: CeremonyId,
        /// Check value of the whole key.
        "AE" check_value: CheckDigits,
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
