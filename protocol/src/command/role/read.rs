//! Reads what a role grants.

use crate::field::grant::{Commands, SlotRanges};
use crate::field::name::PartitionName;
use crate::field::number::Number;
use crate::permission::Permissions;

command! {
    request {
        /// Which.
        "RO" role: PartitionName,
    }
    response {
        /// Which.
        "RO" role: PartitionName,
        /// What it may do.
        "PE" permissions: Permissions,
        /// Slots that it reaches, beside those that `Keys:All Slots` gives.
        "SL" slots: SlotRanges,
        /// Commands that it may call.
        "CO" commands: Commands,
        /// Identities that must be logged in; 0 for the anonymous role.
        "LR" required: Number<0, 2>,
    }
}
