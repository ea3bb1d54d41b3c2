//! Unwraps a symmetric key that was wrapped under the public key of an RSA pair, by OAEP, and returns it under a major key.
//! Whatever is wrong with what is unwrapped is one error.

use crate::field::code::{MajorKeySelector, RsaPadding};
use crate::field::data::{CheckDigits, DataPart};
use crate::field::key::{HeaderText, WrappedKey};
use crate::field::pair::PairRef;

command! {
    request {
        /// The key under the public key.
        "BH" wrapped: DataPart,
        /// The key pair, one of CZW.
        "RC" pair: PairRef,
        /// Header of the key block that is wanted.
        "AK" header: HeaderText,
        /// Major key to wrap it under; when absent the PMK for version D, the MFK for A, B and C.
        "FS" major_key: Option<MajorKeySelector>,
        /// Padding; OAEP with SHA-256 when absent.
        "ZA" padding: Option<RsaPadding>,
    }
    response {
        /// The key under the major key.
        "BG" key: WrappedKey,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
