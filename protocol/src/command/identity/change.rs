//! Changes an identity: its role or its certificate; or unlocks it.

use crate::field::code::Yes;
use crate::field::data::Fingerprint;
use crate::field::name::{IdentityName, PartitionName, Password};

command! {
    request {
        /// Whom to change.
        "ID" identity: IdentityName,
        /// Its new role.
        "RO" role: Option<PartitionName>,
        /// A new password for one who has forgotten it; it must be changed again by its owner.
        "PW" password: Option<Password>,
        /// SHA-256 fingerprint of the client certificate that it may log in with.
        "CF" certificate: Option<Fingerprint>,
        /// Y to unlock it and to forget its failures.
        "UL" unlock: Option<Yes>,
    }
    response {
        /// Whom.
        "ID" identity: IdentityName,
    }
}
