//! Tells what this HSM is and how it is reached.

use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {}
    response {
        /// Serial number.
        "SG" serial: Text<32>,
        /// Version of the software.
        "RN" version: Text<32>,
        /// Seconds since the start.
        "XE" uptime: Number<0, 4_294_967_295>,
        /// Listeners, `name=address`, comma separated.
        "BO" listeners: Text<512>,
        /// Names of the tenants, comma separated.
        "RT" tenants: Text<60_000>,
        /// Faults that are made on purpose; absent where there are none. ZFLI lists them.
        "FI" faults: Option<Number<1, 1000>>,
    }
}
