//! Translates a key under a KEK, used without a modifier, to a major key.
//!
//! Ours: `FS` (the MFK when absent), `AK`, and that `OF` and the major key decide the form of the result: under an AES
//! major key it is always a key block. A key block keeps its attributes and optional blocks, re-bound under the major
//! key. It becomes a cryptogram, which has none, only where its exportability is S.

use crate::field::code::{MajorKeySelector, OutputForm};
use crate::field::data::CheckDigits;
use crate::field::key::{GivenHeader, GivenKey, KeyRef, ModifierDigit, WrappedKey};

command! {
    request<'a> {
        /// Modifier of the result, where that is a cryptogram.
        "AS" modifier: Option<ModifierDigit>,
        /// KEK that the key is under.
        "AP" kek: KeyRef<'a>,
        /// The key under the KEK.
        "BH" key: GivenKey<'a>,
        /// Form of the result; that of `BH` when absent.
        "OF" form: Option<OutputForm>,
        /// Major key to put the key under; MFK when absent.
        "FS" major_key: Option<MajorKeySelector>,
        /// Header of the resulting key block; needed where `BH` is a cryptogram and the result is not.
        "AK" header: Option<GivenHeader<'a>>,
    }
    response {
        /// The key under the major key.
        "BG" key: WrappedKey,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
