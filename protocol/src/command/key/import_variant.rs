//! Translates a cryptogram under a KEK, used with the key's own modifier, to a cryptogram under the MFK.

use crate::field::data::CheckDigits;
use crate::field::key::{GivenKey, KeyRef, ModifierDigit, WrappedKey};

command! {
    request<'a> {
        /// Modifier of the key, under the KEK and under the MFK.
        "AS" modifier: ModifierDigit,
        /// KEK that the key is under.
        "AP" kek: KeyRef<'a>,
        /// The key under the KEK: a cryptogram.
        "BH" key: GivenKey<'a>,
    }
    response {
        /// The key under the MFK.
        "BG" key: WrappedKey,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
