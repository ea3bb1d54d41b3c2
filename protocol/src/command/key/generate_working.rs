//! Generates a DES-family working key and returns it under the MFK and under a KEK.
//!
//! Ours: the KEK is used without a modifier, which is how partners outside take it; 32 zeros for the KEK mean that there
//! is none, and `BH` is then absent rather than a value that opens under nothing.

use crate::field::code::DesLength;
use crate::field::data::CheckDigits;
use crate::field::key::{KeyRef, ModifierDigit, WrappedKey};

command! {
    request<'a> {
        /// Modifier of the key under the MFK.
        "AS" modifier: ModifierDigit,
        /// KEK; 32 zeros for none.
        "AP" kek: KeyRef<'a>,
        /// Length of the key.
        "FS" length: DesLength,
    }
    response {
        /// The key under the MFK.
        "BG" key: WrappedKey,
        /// The key under the KEK.
        "BH" exchange_key: Option<WrappedKey>,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
        /// Length, as asked.
        "FS" length: DesLength,
    }
}
