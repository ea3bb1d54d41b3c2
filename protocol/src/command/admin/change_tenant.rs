//! Changes the limits of a tenant that ZTCR has created. One that the configuration names is changed there. What is absent
//! stays as it is.

use crate::field::code::{TenantForms, Verdict};
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
        /// Whether whoever may use keys may have the tenant trust a root certificate; otherwise two identities must be logged in.
        "CR" client_roots: Option<Verdict>,
        /// Whether certificates and requests may be signed with SHA-1.
        "SH" sha1_signatures: Option<Verdict>,
    }
    response {
        /// Its name.
        "RT" tenant: Text<32>,
    }
}
