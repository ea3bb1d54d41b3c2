//! Generates a MAC with a named algorithm and padding.
//!
//! Ours: every tag, after those of GMAC.

use crate::field::code::{MacAlgorithm, MacPadding, MajorKeySelector};
use crate::field::data::{CheckDigits, Data};
use crate::field::key::KeyRef;
use crate::field::number::MacLength;

command! {
    request<'a> {
        /// MAC key, whose usage must be that of the algorithm: M0 or M1, M3, M6.
        "AR" key: KeyRef<'a>,
        /// Algorithm.
        "KM" algorithm: MacAlgorithm,
        /// Padding; zeros when absent. CMAC pads by itself and takes none.
        "ZA" padding: Option<MacPadding>,
        /// Data.
        "BO" data: Data,
        /// Bytes of the MAC, 4 to the block length; the block length when absent.
        "AD" length: Option<MacLength>,
        /// Major key of `AR`, where that is a key block; when absent the PMK for version D, the MFK for A, B and C.
        "FS" major_key: Option<MajorKeySelector>,
    }
    response {
        /// The MAC.
        "BP" mac: Data,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
