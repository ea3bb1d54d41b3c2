//! Gives the serial number of the device.
//!
//! Ours: the tag, after `SG`, which stands beside serial numbers elsewhere. Despite its name this is no digest.

use crate::field::text::Text;

command! {
    request {}
    response {
        /// Serial number of this HSM.
        "SG" serial: Text<32>,
    }
}
