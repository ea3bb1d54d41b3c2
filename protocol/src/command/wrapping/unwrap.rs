//! Unwraps a symmetric key that was wrapped under the public key of an RSA pair, by OAEP, and returns it under a major key.
//!
//! A key that comes with its header, as ZKRW sends it, keeps it. `AK` may narrow its mode of use and its exportability, and
//! gives the version; usage and algorithm must be its own. A bare key (`OFC`), as partners with other software send it, has
//! the header that `AK` gives it; the tenant's policy must allow cryptograms, which come without a header as well. One form
//! does not open as the other.
//!
//! A TR-34 token goes to a pair of `CZT`, by TRTD, and no such pair unwraps here. Its envelope is OAEP without a label as a bare
//! key is, though: one that somebody has sent to the certificate of a pair of `CZW` opens here with `OFC`, as one to a pair of
//! `CZD` does by GPSR. So only pairs of `CZT` get certificates for receivers.
//!
//! What does not decrypt, or is no key of its header, is one error. A key that is unwrapped and refused by the policy, as it
//! is weak or stronger than the pair, is told as that.

use crate::field::code::{MajorKeySelector, RsaKeyForm, RsaPadding};
use crate::field::data::{CheckDigits, DataPart};
use crate::field::key::{GivenHeader, WrappedKey};
use crate::field::pair::PairRef;

command! {
    request<'a> {
        /// The key under the public key.
        "BH" wrapped: DataPart,
        /// The key pair, one of CZW.
        "RC" pair: PairRef,
        /// Header of the key block that is wanted; needed with `OFC`.
        "AK" header: Option<GivenHeader<'a>>,
        /// Major key to wrap it under; when absent the PMK for version D or where `AK` is absent, the MFK for A, B and C.
        "FS" major_key: Option<MajorKeySelector>,
        /// Padding; OAEP with SHA-256 when absent.
        "ZA" padding: Option<RsaPadding>,
        /// With its header or bare; with its header when absent.
        "OF" form: Option<RsaKeyForm>,
    }
    response {
        /// The key under the major key.
        "BG" key: WrappedKey,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
