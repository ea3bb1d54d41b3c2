//! Tells who is logged in on this session, and what the session may do.

use crate::field::grant::{Commands, SlotRanges};
use crate::field::name::PartitionName;
use crate::field::number::Number;
use crate::field::text::Text;
use crate::permission::Permissions;

command! {
    request {}
    response {
        /// Identities logged in, comma separated; absent for nobody.
        "ID" identities: Option<Text<128>>,
        /// The role whose rights the session has.
        "RO" role: PartitionName,
        /// Identities logged in.
        "CM" logins: Number<0, 2>,
        /// Identities that the role of those logged in requires; 0 where nobody is.
        "LR" required: Number<0, 2>,
        /// Permissions that the session has.
        "PE" permissions: Permissions,
        /// Slots that it reaches, beside those that `Keys:All Slots` gives.
        "SL" slots: SlotRanges,
        /// Commands that it may call.
        "CO" commands: Commands,
        /// Seconds until the session ends, if it is not used before.
        "TO" seconds: Option<Number<0, 1_000_000>>,
    }
}
