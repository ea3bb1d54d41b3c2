//! Adds a key to the key table.
//!
//! A key block brings its attributes. A cryptogram takes those that its modifier stands for, or those of `AK` where the
//! modifier allows them.
//!
//! Ours: every tag, after `BG` (a key), `RC` (an index in a table) and `RT` (a name).

use crate::field::code::MajorKeySelector;
use crate::field::data::CheckDigits;
use crate::field::key::{GivenHeader, GivenKey, ModifierDigit};
use crate::field::number::SlotNumber;
use crate::field::text::Label;

command! {
    request<'a> {
        /// The key under a major key.
        "BG" key: GivenKey<'a>,
        /// Major key of `BG`, where that is a key block; when absent the PMK for version D, the MFK for A, B and C.
        "FS" major_key: Option<MajorKeySelector>,
        /// Slot to put it in, which must be empty; the lowest empty one when absent.
        "RC" slot: Option<SlotNumber>,
        /// Label, which no other key of the tenant may have.
        "RT" label: Option<Label>,
        /// Modifier of `BG`, where that is a cryptogram.
        "AS" modifier: Option<ModifierDigit>,
        /// Attributes, where `BG` is a cryptogram.
        "AK" header: Option<GivenHeader<'a>>,
    }
    response {
        /// The slot that it is in.
        "RC" slot: SlotNumber,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
