//! Begins to restore a backup: gives its head. Nothing is changed before all parts are there and the restore is finished.

use crate::field::data::{CheckDigits, Envelope};
use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// The head.
        "HD" head: Envelope,
    }
    response {
        /// Name of the tenant that the backup was made of.
        "RT" tenant: Text<32>,
        /// Check value of the BEK that it is under, which is the one loaded.
        "AE" bek: CheckDigits,
        /// Parts to give.
        "TT" parts: Number<0, 100_000>,
    }
}
