//! Lists the faults that are made on purpose.

use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {}
    response {
        /// How many there are.
        "CA" faults: Number<0, 1000>,
        /// Each fault, comma separated: `number/kind/tenant/command/per thousand/seconds until it begins/seconds until it ends/`
        /// `commands struck`, with `*` for any tenant and any command.
        "BO" list: Option<Text<60_000>>,
    }
}
