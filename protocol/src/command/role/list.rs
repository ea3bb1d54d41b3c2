//! Lists the tenant's roles (the vendor's application partitions).

use crate::field::text::Text;

command! {
    request {}
    response {
        /// Names, comma separated.
        "BO" roles: Text<60_000>,
    }
}
