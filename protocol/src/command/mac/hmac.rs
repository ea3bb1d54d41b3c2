//! Computes a keyed hash (HMAC, FIPS 198-1).
//!
//! Ours: MD5 and RIPEMD-160, whose numbers are known, are refused here; the key is of usage M7.

use crate::field::code::{HashCode, MoreData};
use crate::field::data::Data;
use crate::field::key::KeyRef;

command! {
    request<'a> {
        /// Hash function.
        "RG" hash: HashCode,
        /// HMAC key.
        "AR" key: KeyRef<'a>,
        /// Data.
        "BO" data: Data,
        /// Whether more data follows; only whole messages are served.
        "BN" more: Option<MoreData>,
    }
    response {
        /// The keyed hash, whole.
        "CF" mac: Data,
    }
}
