//! Reads the settings of a key in the key table, found by slot, by label or by check value.
//!
//! Ours: every tag.

use crate::field::data::CheckDigits;
use crate::field::key::HeaderText;
use crate::field::number::SlotNumber;
use crate::field::text::Label;

command! {
    request {
        /// The slot; exactly one of the three is given.
        "RC" slot: Option<SlotNumber>,
        /// The label.
        "RT" label: Option<Label>,
        /// The check value; the lowest slot with it.
        "AE" check_value: Option<CheckDigits>,
    }
    response {
        /// The slot.
        "RC" slot: SlotNumber,
        /// The label, if it has one.
        "RT" label: Option<Label>,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
        /// Attributes as a key block header, length 0000.
        "AK" header: HeaderText,
    }
}
