//! Lists the keys of the asymmetric table.

use crate::field::number::{Number, SlotNumber};
use crate::field::text::Text;

command! {
    request {
        /// Slot to begin at; 0 when absent.
        "RC" from: Option<SlotNumber>,
        /// Keys to list at most; 100 when absent.
        "CM" most: Option<Number<1, 500>>,
    }
    response {
        /// Keys in the table.
        "CA" keys: Number<0, 100_000>,
        /// Keys in this answer.
        "CM" listed: Number<0, 500>,
        /// The keys, separated by commas: slot, P for a pair or T for a trusted public key, kind, usage (a key block header
        /// or the letter of CZ), check value and label, separated by slashes.
        "BO" entries: Option<Text<60_000>>,
        /// Slot to go on from, where there are more.
        "CH" next: Option<SlotNumber>,
    }
}
