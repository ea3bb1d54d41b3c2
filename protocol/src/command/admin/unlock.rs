//! Unlocks an identity of a tenant from outside it, for the day on which nobody is left who could do it inside. With a new
//! password, its owner has to change that before anything else.

use crate::field::name::{IdentityName, Password};
use crate::field::text::Text;

command! {
    request {
        /// The tenant's name.
        "RT" tenant: Text<32>,
        /// Whom to unlock.
        "ID" identity: IdentityName,
        /// A new password.
        "PW" password: Option<Password>,
    }
    response {
        /// Whom.
        "ID" identity: IdentityName,
    }
}
