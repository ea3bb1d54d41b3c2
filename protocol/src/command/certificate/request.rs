//! Makes a PKCS #10 request for a certificate, signed by the private key that it is for.
//!
//! A key that may not sign data signs its own request nevertheless, as clients need it for keys that agree or decrypt: that
//! proves who has the key, and is of no other use (SP 800-57 part 1, 5.2).
//!
//! Ours: `LA`, which a client fills with what looks like a serial number, says nothing, because a request has none.

use crate::field::certificate::{KeyUsageList, SerialNumber, SubjectName};
use crate::field::code::{HashCode, MajorKeySelector};
use crate::field::data::RequestBytes;
use crate::field::pair::PairRef;

command! {
    request {
        /// Major key of the private key.
        "FS" major_key: Option<MajorKeySelector>,
        /// Private key of the subject.
        "RC" private_key: PairRef,
        /// Hash of the signature; SHA-256 when absent.
        "RG" hash: Option<HashCode>,
        /// What the certificate is asked to let the key do.
        "KU" key_usages: Option<KeyUsageList>,
        /// Subject.
        "RT" subject: SubjectName,
        /// Seen as a number; its meaning is not known.
        "LA" number: Option<SerialNumber>,
    }
    response {
        /// The request.
        "RU" request: RequestBytes,
    }
}
