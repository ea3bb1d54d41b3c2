//! Ends a fault that is made on purpose, or all of them.

use crate::field::number::Number;

command! {
    request {
        /// Its number; all when absent.
        "FI" fault: Option<Number<1, 4_294_967_295>>,
    }
    response {
        /// How many were ended.
        "CA" faults: Number<0, 1000>,
    }
}
