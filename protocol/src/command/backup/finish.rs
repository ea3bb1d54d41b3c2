//! Finishes a restore: everything in the backup takes the place of what the tenant has, in one step.
//!
//! Two identities must be logged in. Where identities and roles are restored, every session of the tenant ends.

use crate::field::code::Yes;
use crate::field::number::Number;

command! {
    request {
        /// Y to replace keys that are in the key table.
        "OV" overwrite: Option<Yes>,
    }
    response {
        /// Keys restored.
        "CM" keys: Number<0, 100_000>,
        /// Identities restored.
        "ID" identities: Number<0, 100_000>,
        /// Roles restored.
        "RO" roles: Number<0, 100_000>,
    }
}
