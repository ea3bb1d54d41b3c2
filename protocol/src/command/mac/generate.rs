//! Generates a MAC.
//!
//! The key decides the algorithm: usage M0 ISO 16609, M1 ISO 9797-1 algorithm 1, M3 algorithm 3 (retail MAC), M6 CMAC.
//!
//! Ours: a cryptogram is taken with modifier 3 and makes a retail MAC (a single-length key: algorithm 1); the padding is
//! zeros to a whole block.

use crate::field::code::{ConstantOne, MoreData};
use crate::field::data::{CheckDigits, Data};
use crate::field::key::KeyRef;
use crate::field::number::MacLength;

command! {
    request<'a> {
        /// Whether more data follows; only whole messages are served.
        "BN" more: Option<MoreData>,
        /// MAC key.
        "AR" key: KeyRef<'a>,
        /// Data.
        "BO" data: Data,
        /// Known clients send 1; no other meaning is known.
        "BF" flag: Option<ConstantOne>,
        /// Bytes of the MAC, 4 to the block length; 8 when absent.
        "AD" length: Option<MacLength>,
        /// Known clients send 1; no other meaning is known.
        "CZ" flag_2: Option<ConstantOne>,
    }
    response {
        /// The MAC.
        "BP" mac: Data,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
