//! Changes a role. What is absent stays as it is. The change holds at once, for sessions under way too.
//!
//! The role `Administrator` cannot be changed. Of the role `Anonymous`, which a connection has before anybody logs in,
//! nothing but `Keys` and `Keys:All Slots` can be granted.

use crate::field::grant::{Commands, SlotRanges};
use crate::field::name::PartitionName;
use crate::field::number::Number;
use crate::permission::Permissions;

command! {
    request {
        /// Which.
        "RO" role: PartitionName,
        /// What it may do.
        "PE" permissions: Option<Permissions>,
        /// Slots that it reaches.
        "SL" slots: Option<SlotRanges>,
        /// Commands that it may call; this needs the permission `Command Settings:Excrypt` as well.
        "CO" commands: Option<Commands>,
        /// Identities that must be logged in.
        "LR" required: Option<Number<1, 2>>,
    }
    response {
        /// Which.
        "RO" role: PartitionName,
        /// What it may do.
        "PE" permissions: Permissions,
        /// Slots that it reaches.
        "SL" slots: SlotRanges,
        /// Commands that it may call.
        "CO" commands: Commands,
        /// Identities that must be logged in; 0 for the anonymous role.
        "LR" required: Number<0, 2>,
    }
}
