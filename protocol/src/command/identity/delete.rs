//! Deletes an identity and ends its sessions.
//!
//! The last identities that together can administer the tenant cannot be deleted.

use crate::field::name::IdentityName;

command! {
    request {
        /// Whom to delete.
        "ID" identity: IdentityName,
    }
    response {
        /// Whom.
        "ID" identity: IdentityName,
    }
}
