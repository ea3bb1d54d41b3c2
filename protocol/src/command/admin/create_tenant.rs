//! Creates a tenant: a virtual HSM with its own major keys, identities, roles, slots and policy.
//!
//! It begins as every tenant does, with Admin1 and Admin2, and without major keys unless they are asked for. Client
//! certificates from the client CA of its own lead to it; where it has none, those from the HSM's whose organizational unit is
//! its name. Its name is its identity: the audit log of a deleted tenant
//! goes on when one of the same name is created.

use crate::field::code::{TenantForms, Verdict, Yes};
use crate::field::data::Certificates;
use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// Its name: 1 to 32 lower-case letters, digits and hyphens, a letter first.
        "RT" tenant: Text<32>,
        /// Slots of its key table, 1 to 100,000; 10,000 when absent.
        "RC" slots: Option<Number<1, 100_000>>,
        /// Forms of key that it accepts and gives; both when absent.
        "OF" forms: Option<TenantForms>,
        /// Digits of a working key's check value, 4 or 6; 6 when absent.
        "CM" check_digits: Option<Number<4, 6>>,
        /// Y to generate a PMK, FTK, BEK and MFK at once.
        "KG" random_keys: Option<Yes>,
        /// The client CA of its own, one to four certificates: only clients with a certificate from it are let in then.
        "CC" client_ca: Option<Certificates>,
        /// Whether whoever may use keys may have the tenant trust a root certificate; otherwise two identities must be logged in.
        /// Y when absent.
        "CR" client_roots: Option<Verdict>,
        /// Whether certificates and requests may be signed with SHA-1. N when absent.
        "SH" sha1_signatures: Option<Verdict>,
    }
    response {
        /// Its name.
        "RT" tenant: Text<32>,
        /// Major keys, `name/algorithm/check value`, comma separated; absent when none is loaded.
        "BO" major_keys: Option<Text<512>>,
    }
}
