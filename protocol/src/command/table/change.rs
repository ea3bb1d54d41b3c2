//! Reads and changes the settings of a key in the key table.
//!
//! Attributes can only be narrowed: the usage and the algorithm stay, the mode of use may become a part of what it was,
//! exportability may go from S to E to N, the key context from 0 to 1 or 2. Without `RT` and `AK` nothing changes.
//!
//! Ours: every tag.

use crate::field::data::CheckDigits;
use crate::field::key::{GivenHeader, HeaderText};
use crate::field::number::SlotNumber;
use crate::field::text::Label;

command! {
    request<'a> {
        /// The slot.
        "RC" slot: SlotNumber,
        /// New label; empty to take it away.
        "RT" label: Option<Label>,
        /// New attributes, as a key block header.
        "AK" header: Option<GivenHeader<'a>>,
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
