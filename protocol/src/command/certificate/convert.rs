//! Turns a certificate from PEM to DER, or back.
//!
//! A value holds no line breaks: PEM is taken with its line breaks left out, as a public client does, or with spaces or `\n`
//! in their place, and is given without any. Requests are taken as well. Several certificates in one text come out one after
//! the other in DER; back, one at a time.
//!
//! Ours: `RN13`.

use crate::field::certificate::Armoured;
use crate::field::code::{CertificateType, Conversion};

command! {
    request {
        /// What to make of it.
        "RN" conversion: Conversion,
        /// Kind of certificate.
        "RY" certificate_type: Option<CertificateType>,
        /// The certificate or request.
        "RT" input: Armoured,
    }
    response {
        /// The same in the other form.
        "RS" output: Armoured,
    }
}
