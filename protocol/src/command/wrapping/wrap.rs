//! Wraps a symmetric key under another's RSA public key, by OAEP (SP 800-56B, key transport). The key's exportability must
//! be E or S; a key block header does not travel with it.

use crate::field::code::{MajorKeySelector, RsaPadding};
use crate::field::data::{CheckDigits, DataPart};
use crate::field::key::KeyRef;
use crate::field::pair::TrustedRef;

command! {
    request {
        /// The key under a major key.
        "BG" key: KeyRef,
        /// Major key of `BG`, where that is a key block; when absent the PMK for version D, the MFK for A, B and C.
        "FS" major_key: Option<MajorKeySelector>,
        /// The other's public key, trusted for W.
        "RD" public: TrustedRef,
        /// Padding; OAEP with SHA-256 when absent.
        "ZA" padding: Option<RsaPadding>,
    }
    response {
        /// The key under the public key.
        "BH" wrapped: DataPart,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
