//! Translates a working key from a major key to a KEK.
//!
//! The key must be exportable in the form that is asked: E under a key block, S in either form, N never. A key block
//! keeps its attributes and optional blocks, re-bound under the KEK. A key with attributes becomes a cryptogram without
//! a modifier or under one that stands for its usage.
//!
//! Ours: `AK`, and the defaults of `FS`, `OF` and `AS`.

use crate::field::code::{MajorKeySelector, OutputForm};
use crate::field::data::CheckDigits;
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
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
