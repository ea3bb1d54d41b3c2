//! Verifies a MAC made as GMAC makes it.
//!
//! A MAC that does not match is an answer (`BBN`), not an error.
//!
//! Ours: every tag, after those of GMAC.

use crate::field::code::{MoreData, Verdict};
use crate::field::data::{CheckDigits, Data};
use crate::field::key::KeyRef;

command! {
    request<'a> {
        /// Whether more data follows; only whole messages are served.
        "BN" more: Option<MoreData>,
        /// MAC key.
        "AR" key: KeyRef<'a>,
        /// Data.
        "BO" data: Data,
        /// The MAC, 4 bytes to the block length.
        "BP" mac: Data,
    }
    response {
        /// Whether it matches.
        "BB" verdict: Verdict,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
