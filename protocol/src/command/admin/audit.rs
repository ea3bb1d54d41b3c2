//! Reads the HSM's own audit log: what administrators did, and who was refused by the administration listener. A tenant's
//! log is the tenant's alone.

use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// Only records after this number; from the first when absent.
        "NU" after: Option<Number<0, 4_294_967_295>>,
        /// Most records, 1 to 100; 100 when absent.
        "CM" most: Option<Number<1, 100>>,
    }
    response {
        /// Records here; fewer than asked for may be all that a frame has room for.
        "CM" count: Number<0, 100>,
        /// Their lines in hexadecimal, comma separated.
        "BO" records: Option<Text<60_000>>,
        /// Number of the last record of the log; 0 for none.
        "TT" last: Number<0, 4_294_967_295>,
    }
}
