//! Lists the major keys of the tenant.

use crate::field::text::Text;

command! {
    request {}
    response {
        /// `name/algorithm/check value`, comma separated; algorithm and check value are empty where none is loaded.
        "BO" major_keys: Text<512>,
        /// Ceremonies under way, `ceremony/name/method`, comma separated.
        "CE" ceremonies: Option<Text<512>>,
    }
}
