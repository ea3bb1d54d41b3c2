//! Deletes a key from the key table.
//!
//! Ours: every tag.

use crate::field::number::SlotNumber;

command! {
    request {
        /// The slot, which must hold a key.
        "RC" slot: SlotNumber,
    }
    response {
        /// The slot, now empty.
        "RC" slot: SlotNumber,
    }
}
