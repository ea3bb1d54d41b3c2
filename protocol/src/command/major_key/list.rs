//! Lists the major keys of the tenant.

use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {}
    response {
        /// `name/algorithm/check value`, comma separated; algorithm and check value are empty where none is loaded.
        "BO" major_keys: Text<512>,
        /// Pending major keys, in the same form; only those that there are.
        "PN" pending: Option<Text<512>>,
        /// Former major keys that are not retired, in the same form; only those that there are.
        "FO" former: Option<Text<512>>,
        /// Keys of the key table that are to be sealed under the pending FTK.
        "TT" to_translate: Option<Number<1, 100_000>>,
        /// Ceremonies under way, `ceremony/name/method`, comma separated.
        "CE" ceremonies: Option<Text<512>>,
    }
}
