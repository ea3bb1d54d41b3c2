//! Issues a certificate for a request, signed by a CA's RSA key: the older form of ASSR, with the same rules.
//!
//! A public client gives a CA's certificate of one key and signs with another. Nobody could verify what came of that, so it
//! is refused here.
//!
//! Ours: all optional fields, with the meanings of ASSR; without them the certificate is valid for 365 days from now on and
//! signed with SHA-256.

use crate::field::certificate::{BasicConstraints, Date, KeyUsageList, SerialNumber};
use crate::field::code::{CertificateType, HashCode, MajorKeySelector};
use crate::field::data::{Certificates, RequestBytes};
use crate::field::number::Days;
use crate::field::pair::PairRef;

command! {
    request {
        /// Major key of the CA's private key.
        "FS" major_key: Option<MajorKeySelector>,
        /// Kind of certificate.
        "RY" certificate_type: Option<CertificateType>,
        /// Private key of the CA, which may sign.
        "RC" private_key: PairRef,
        /// Certificate of the CA.
        "RH" issuer: Certificates,
        /// The request.
        "RU" request: RequestBytes,
        /// Hash of the signature.
        "RG" hash: Option<HashCode>,
        /// First day of its validity.
        "BF" start: Option<Date>,
        /// Days for which it is valid.
        "XE" days: Option<Days>,
        /// What its key may do.
        "KU" key_usages: Option<KeyUsageList>,
        /// Whether it is a CA.
        "BC" constraints: Option<BasicConstraints>,
        /// Serial number.
        "SG" serial: Option<SerialNumber>,
    }
    response {
        /// The certificate.
        "RV" certificate: Certificates,
    }
}
