//! Changes the limits of a tenant that ZTCR has created. One that the configuration names is changed there. What is absent
//! stays as it is.

use crate::field::code::TenantForms;
use crate::field::data::Certificates;
use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// Its name.
        "RT" tenant: Text<32>,
        /// Slots of its key table; not fewer than lie below its highest key.
        "RC" slots: Option<Number<1, 100_000>>,
        /// Forms of key that it accepts and gives.
        "OF" forms: Option<TenantForms>,
        /// Digits of a working key's check value, 4 or 6.
        "CM" check_digits: Option<Number<4, 6>>,
        /// The client CA of its own, one to four certificates: only clients with a certificate from it are let in then. Empty
        /// for none.
        "CC" client_ca: Option<Certificates>,
    }
    response {
        /// Its name.
        "RT" tenant: Text<32>,
    }
}
