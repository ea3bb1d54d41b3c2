//! Adds an identity to the tenant.
//!
//! Nobody can grant what they do not have: the role's permissions must be among one's own, unless one may assign all.

use crate::field::data::Fingerprint;
use crate::field::name::{IdentityName, PartitionName, Password};

command! {
    request {
        /// Its name.
        "ID" identity: IdentityName,
        /// Its role.
        "RO" role: PartitionName,
        /// Its password, 8 characters at least; it must be changed at the first login to load major keys.
        "PW" password: Option<Password>,
        /// SHA-256 fingerprint of the client certificate that it may log in with.
        "CF" certificate: Option<Fingerprint>,
    }
    response {
        /// Its name.
        "ID" identity: IdentityName,
    }
}
