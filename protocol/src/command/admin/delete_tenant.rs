//! Deletes a tenant that ZTCR has created: its keys, identities and roles are erased from memory and store. Its audit log
//! stays. One that the configuration names is taken out there, after it was zeroised.

use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// Its name.
        "RT" tenant: Text<32>,
        /// Its name again, so that no other is deleted by mistake.
        "CN" confirmation: Text<32>,
    }
    response {
        /// Its name.
        "RT" tenant: Text<32>,
        /// Keys of the key table that are wiped.
        "TT" keys: Number<0, 100_000>,
    }
}
