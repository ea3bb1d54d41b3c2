//! Makes a certificate that its subject's private key signs: a root, or one for tests. keyCertSign goes with CA:TRUE only.
//!
//! Ours: `XE` counts days (a client sends 1122, its unit is not known), from `BF` at 00:00 UTC or else from now on. `SG` is
//! hexadecimal; where it is absent, the serial number is random. `RT` is a list of attributes, or else a common name;
//! `RS`, which a client fills with a second name, becomes the organizational unit. `AL` is the hash in the numbers of `RG`
//! (absent: SHA-256). `AD` is taken as it is seen and says nothing.

use crate::field::certificate::{BasicConstraints, Date, KeyUsageList, SerialNumber, SubjectName};
use crate::field::code::{CertificateType, ConstantOne, HashCode, MajorKeySelector};
use crate::field::data::Certificates;
use crate::field::number::Days;
use crate::field::pair::PairRef;
use crate::field::text::Text;

command! {
    request {
        /// Major key of the private key.
        "FS" major_key: Option<MajorKeySelector>,
        /// Private key of the subject, which may sign.
        "RC" private_key: PairRef,
        /// Kind of certificate.
        "RY" certificate_type: Option<CertificateType>,
        /// First day of its validity.
        "BF" start: Option<Date>,
        /// Days for which it is valid.
        "XE" days: Option<Days>,
        /// What its key may do.
        "KU" key_usages: Option<KeyUsageList>,
        /// Hash of the signature.
        "AL" hash: Option<HashCode>,
        /// Seen as 1; its meaning is not known.
        "AD" flag: Option<ConstantOne>,
        /// Whether it is a CA.
        "BC" constraints: Option<BasicConstraints>,
        /// Subject, and issuer as well.
        "RT" subject: SubjectName,
        /// A second name: the subject's organizational unit.
        "RS" second_name: Option<Text<64>>,
        /// Serial number.
        "SG" serial: Option<SerialNumber>,
    }
    response {
        /// The certificate.
        "RV" certificate: Certificates,
    }
}
