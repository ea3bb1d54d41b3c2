//! Generates a symmetric key and returns it under a major key.
//!
//! Under an AES major key the answer is always a key block, so `AK` is needed. Under the MFK the answer is a key block
//! of version A, B or C when `AK` asks for one, and a cryptogram otherwise.
//!
//! Ours: `AS`, the modifier of a cryptogram (0 when absent), and `RT1` only where `BG` is a cryptogram, as seen once.

use crate::field::code::{KeyForm, KeyTypeCode, MajorKeySelector};
use crate::field::data::CheckDigits;
use crate::field::key::{GivenHeader, ModifierDigit, WrappedKey};

command! {
    request<'a> {
        /// Major key to wrap it under.
        "FS" major_key: MajorKeySelector,
        /// Algorithm and length.
        "CT" key_type: KeyTypeCode,
        /// Header of the key block; version, usage, algorithm, mode, exportability.
        "AK" header: Option<GivenHeader<'a>>,
        /// Modifier of the cryptogram.
        "AS" modifier: Option<ModifierDigit>,
    }
    response {
        /// Check value of the key.
        "AE" check_value: CheckDigits,
        /// The key under the major key.
        "BG" key: WrappedKey,
        /// Form of the key, where it is a cryptogram.
        "RT" form: Option<KeyForm>,
    }
}
