//! Lists the tenant's identities in the order of their names.

use crate::field::name::IdentityName;
use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// Only those that come after this name.
        "ID" after: Option<IdentityName>,
        /// Most identities to list, 1 to 300; 300 when absent.
        "CM" most: Option<Number<1, 300>>,
    }
    response {
        /// Identities listed here.
        "CM" listed: Number<0, 500>,
        /// `name/role/state/failures/certificate`, comma separated. The state is `ready`, `default` (its password has to be
        /// changed), `waiting` or `locked`; the certificate's fingerprint is empty where there is none.
        "BO" entries: Option<Text<60_000>>,
        /// The last name listed, where more follow.
        "CH" next: Option<IdentityName>,
    }
}
