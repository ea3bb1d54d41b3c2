//! Seals keys of the key table under the pending FTK, some at a time; the same is asked again until none is left.
//!
//! What is sealed stays sealed: after a restart it goes on where it was. The keys can be used all the time.

use crate::field::number::Number;

command! {
    request {
        /// Most keys to translate now, 1 to 1,000; 1,000 when absent.
        "CM" most: Option<Number<1, 1000>>,
    }
    response {
        /// Keys translated now.
        "CM" translated: Number<0, 1000>,
        /// Keys that are left.
        "TT" left: Number<0, 100_000>,
    }
}
