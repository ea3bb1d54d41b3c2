//! Changes the password of an identity that is logged in on this session. Its failures are counted as at a login.

use crate::field::name::{IdentityName, Password};

command! {
    request {
        /// Whose.
        "ID" identity: IdentityName,
        /// The password as it is.
        "PW" password: Password,
        /// The new one: 8 characters at least, not the default one, not the one before.
        "NP" new_password: Password,
    }
    response {
        /// Whose.
        "ID" identity: IdentityName,
    }
}
