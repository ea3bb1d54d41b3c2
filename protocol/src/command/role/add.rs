//! Adds a role (the vendor's application partition).
//!
//! Nobody can grant what they do not have, unless they may assign all permissions.

use crate::field::grant::{Commands, SlotRanges};
use crate::field::name::PartitionName;
use crate::field::number::Number;
use crate::permission::Permissions;

command! {
    request {
        /// Its name.
        "RO" role: PartitionName,
        /// What it may do; nothing when absent.
        "PE" permissions: Option<Permissions>,
        /// Slots that it reaches; none when absent.
        "SL" slots: Option<SlotRanges>,
        /// Commands that it may call; all when absent. Those for logging in are always there.
        "CO" commands: Option<Commands>,
        /// Identities that must be logged in, 1 or 2; 1 when absent.
        "LR" required: Option<Number<1, 2>>,
    }
    response {
        /// Its name.
        "RO" role: PartitionName,
    }
}
