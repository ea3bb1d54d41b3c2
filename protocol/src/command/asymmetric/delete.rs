//! Empties a slot of the asymmetric table.

use crate::field::number::SlotNumber;

command! {
    request {
        /// Slot to empty, which must hold a key.
        "RC" slot: SlotNumber,
    }
    response {
        /// The slot.
        "RC" slot: SlotNumber,
    }
}
