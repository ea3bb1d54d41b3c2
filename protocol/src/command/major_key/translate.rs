//! Translates a key that a host holds from a major key to the one that replaces it: to the pending one before the switch,
//! from the former one after it. A key that is under the new one already is answered as it is.

use crate::field::code::{MajorKeySelector, Yes};
use crate::field::data::CheckDigits;
use crate::field::key::{GivenKey, ModifierDigit, WrappedKey};

command! {
    request<'a> {
        /// The key, as a key block or cryptogram.
        "BG" key: GivenKey<'a>,
        /// Major key that it is under; the PMK for key blocks of versions D and E, the MFK for others, when absent.
        "FS" major_key: Option<MajorKeySelector>,
        /// Modifier of a cryptogram.
        "AS" modifier: Option<ModifierDigit>,
        /// Check value of a key in a cryptogram. A cryptogram does not tell which MFK it is under: without it, odd parity decides,
        /// and where that fits both MFKs, or the key has none, the check value must.
        "AE" known_check_value: Option<CheckDigits>,
    }
    response {
        /// The key under the new major key.
        "BG" key: WrappedKey,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
        /// Y when it was translated; absent when it was under the new major key already.
        "TA" translated: Option<Yes>,
    }
}
