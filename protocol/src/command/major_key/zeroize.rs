//! Zeroises the tenant: every major key, pending and former ones included, every key of the key table and every ceremony is
//! wiped. Identities and roles stay, so that a new ceremony can begin.

use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// Name of the tenant, so that no other is zeroised by mistake.
        "RT" tenant: Text<32>,
    }
    response {
        /// Major keys that are wiped.
        "CM" major_keys: Number<0, 18>,
        /// Keys of the key table that are wiped.
        "TT" keys: Number<0, 100_000>,
    }
}
