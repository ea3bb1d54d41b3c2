//! Lists the keys of the key table in the order of their slots.
//!
//! Ours: every tag.

use crate::field::data::CheckDigits;
use crate::field::number::{Number, SlotNumber};
use crate::field::text::Text;

command! {
    request {
        /// First slot to look at; 0 when absent.
        "RC" from: Option<SlotNumber>,
        /// Most keys to list, 1 to 500; 100 when absent.
        "CM" most: Option<Number<1, 500>>,
        /// Only keys with this check value, which may be given in 4 to 10 digits.
        "AE" check_value: Option<CheckDigits>,
    }
    response {
        /// Keys in the whole table.
        "CA" keys: Number<0, 100_000>,
        /// Keys listed here.
        "CM" listed: Number<0, 500>,
        /// The keys: `slot/header/check value/label`, comma separated; the header is that of a key block, length 0000.
        "BO" entries: Option<Text<60_000>>,
        /// Slot to go on from, where more keys follow.
        "CH" next: Option<SlotNumber>,
    }
}
