//! Translates a working key from a major key to a KEK, as TWKA does; the answer has no check value.
//!
//! One client uses this name where others use TWKA, with the same tags; what sets the two apart is not public.
//!
//! Ours: `AK`, and the defaults of `FS`, `OF` and `AS`.

use crate::field::code::{MajorKeySelector, OutputForm};
use crate::field::key::{GivenHeader, KeyRef, ModifierDigit, WrappedKey};

command! {
    request<'a> {
        /// KEK to put the key under.
        "AP" kek: KeyRef<'a>,
        /// The key, under the major key that `FS` selects.
        "BG" key: KeyRef<'a>,
        /// Major key of `BG`, where that is a key block; MFK when absent.
        "FS" major_key: Option<MajorKeySelector>,
        /// Form of the result; a key block when absent.
        "OF" form: Option<OutputForm>,
        /// Modifier of `BG`, where that is a cryptogram, and of the KEK, where the result is one; 0 for none.
        "AS" modifier: Option<ModifierDigit>,
        /// Header of the resulting key block; needed where `BG` is a cryptogram.
        "AK" header: Option<GivenHeader<'a>>,
    }
    response {
        /// The key under the KEK.
        "BH" key: WrappedKey,
    }
}
