//! Wraps a symmetric key under another's RSA public key, by OAEP (SP 800-56B, key transport).
//!
//! The key travels with its header, so that it is on the other side what it was here: what OAEP encrypts is the header's
//! length in two bytes, the header as a template (length 0000, optional blocks with it), and the key; OAEP's label is the
//! text `strongroom wrapped key 1`. The key's exportability must be E or S.
//!
//! Partners with other software have no such form. For them `OFC` encrypts the bare key with an empty label. Nothing holds
//! it to its header any more, so its exportability must be S, and the tenant's policy must allow cryptograms, which carry no
//! header either.

use crate::field::code::{MajorKeySelector, RsaKeyForm, RsaPadding};
use crate::field::data::{CheckDigits, DataPart};
use crate::field::key::KeyRef;
use crate::field::pair::TrustedRef;

command! {
    request<'a> {
        /// The key under a major key.
        "BG" key: KeyRef<'a>,
        /// Major key of `BG`, where that is a key block; when absent the PMK for version D, the MFK for A, B and C.
        "FS" major_key: Option<MajorKeySelector>,
        /// The other's public key, trusted for W.
        "RD" public: TrustedRef,
        /// Padding; OAEP with SHA-256 when absent.
        "ZA" padding: Option<RsaPadding>,
        /// With its header or bare; with its header when absent.
        "OF" form: Option<RsaKeyForm>,
    }
    response {
        /// The key under the public key.
        "BH" wrapped: DataPart,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
