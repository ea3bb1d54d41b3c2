//! Logs an identity in on this session. Until as many are logged in as their role requires, the session has the rights
//! of the anonymous role only.
//!
//! With neither field, the identity is the one to which the connection's client certificate is mapped. A name that does
//! not exist, a wrong password, and an identity that is locked or must wait are one refusal. After three failures each
//! further one lengthens the wait, after ten the identity is locked.

use crate::field::name::{IdentityName, PartitionName, Password};
use crate::field::number::Number;
use crate::permission::Permissions;

command! {
    request {
        /// Who logs in.
        "ID" identity: Option<IdentityName>,
        /// The password.
        "PW" password: Option<Password>,
    }
    response {
        /// Who has logged in.
        "ID" identity: IdentityName,
        /// The identity's role.
        "RO" role: PartitionName,
        /// Identities logged in on this session.
        "CM" logins: Number<1, 2>,
        /// Identities that the role requires.
        "LR" required: Number<1, 2>,
        /// Permissions that the session has now; absent while a login is missing.
        "PE" permissions: Option<Permissions>,
        /// Y when the password is the default one, which must be changed.
        "DP" default_password: Option<crate::field::code::Yes>,
    }
}
