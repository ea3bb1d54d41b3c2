//! Deletes a role that no identity has.

use crate::field::name::PartitionName;

command! {
    request {
        /// Which.
        "RO" role: PartitionName,
    }
    response {
        /// Which.
        "RO" role: PartitionName,
    }
}
