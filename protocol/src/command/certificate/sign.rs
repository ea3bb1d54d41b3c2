//! Issues a certificate for a request, signed by a CA's private key.
//!
//! The request must be signed by its own key, and `RC` be the private key of the CA's certificate `RH`, which must be valid
//! now, be a CA and may sign certificates. Subject and key are the request's; the extensions that it asks for are not
//! taken over: `KU` and `BC` decide. keyCertSign goes with CA:TRUE only, and a CA with path length 0 makes no other CA (RFC
//! 5280 section 4.2.1.9). The certificate names the CA's key as the CA's certificate does, or not at all where that has no
//! name for it.
//!
//! Ours: a certificate that would be valid longer than the CA's ends with that; it may not begin later.
//!
//! Ours: as in ASGC; `RG`, which a client sends as 1 beside `AL`, says nothing; `BC` here.

use crate::field::certificate::{BasicConstraints, Date, KeyUsageList, SerialNumber};
use crate::field::code::{CertificateType, HashCode, MajorKeySelector};
use crate::field::data::{Certificates, RequestBytes};
use crate::field::number::Days;
use crate::field::pair::PairRef;

command! {
    request {
        /// Major key of the CA's private key.
        "FS" major_key: Option<MajorKeySelector>,
        /// The request.
        "RU" request: RequestBytes,
        /// Certificate of the CA.
        "RH" issuer: Certificates,
        /// Private key of the CA, which may sign.
        "RC" private_key: PairRef,
        /// Kind of certificate.
        "RY" certificate_type: Option<CertificateType>,
        /// First day of its validity.
        "BF" start: Option<Date>,
        /// Days for which it is valid.
        "XE" days: Option<Days>,
        /// Hash of the signature; SHA-256 when absent.
        "AL" hash: Option<HashCode>,
        /// What its key may do.
        "KU" key_usages: Option<KeyUsageList>,
        /// Whether it is a CA.
        "BC" constraints: Option<BasicConstraints>,
        /// Serial number.
        "SG" serial: Option<SerialNumber>,
        /// Seen as 1; its meaning is not known.
        "RG" flag: Option<HashCode>,
    }
    response {
        /// The certificate.
        "RV" certificate: Certificates,
    }
}
