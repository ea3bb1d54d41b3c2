//! Makes a PKCS #10 request for a certificate of an RSA key: the older form of ASYR.

use crate::field::certificate::SubjectName;
use crate::field::code::{HashCode, MajorKeySelector};
use crate::field::data::RequestBytes;
use crate::field::pair::PairRef;
use crate::field::text::Text;

command! {
    request {
        /// Private key of the subject.
        "RC" private_key: PairRef,
        /// The subject's organization.
        "RR" organization: Option<Text<64>>,
        /// The subject's common name.
        "RT" subject: SubjectName,
        /// Hash of the signature; SHA-256 when absent.
        "RG" hash: Option<HashCode>,
        /// Major key of the private key.
        "FS" major_key: Option<MajorKeySelector>,
    }
    response {
        /// The request.
        "RU" request: RequestBytes,
    }
}
