//! Emulates a tamper event: every key of every tenant is wiped at once, from memory and store.
//!
//! Afterwards commands that need a major key answer that the tenant was tampered with, until a ceremony, or the restoring
//! of one, has loaded a major key again. Identities and roles stay.

use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// Serial number of the HSM, so that no other is wiped by mistake.
        "SG" serial: Text<32>,
    }
    response {
        /// Major keys that are wiped.
        "CM" major_keys: Number<0, 1_000_000>,
        /// Keys of key tables that are wiped.
        "TT" keys: Number<0, 1_000_000_000>,
    }
}
