//! Agrees on a key by ECDH (SP 800-56A, one-pass or static) and derives a key exchange key from the shared secret.
//!
//! An AES key is returned in a key block of version D under the PMK, usage K1, mode B, not exportable. A triple DES key is
//! returned in such a block, usage K0, or with `FS1` as a cryptogram under the MFK, whose modifier is `AS`.
//!
//! Both sides choose curve and result in their protocol, and nothing is wrapped: a result of more strength than its curve has
//! is given whatever the tenant's policy says of wrapping, and has the strength of the curve.
//!
//! Known: `KM`, `RG` 4 to 6, `AS0` and what the other tags hold. Ours: the header of the result, `AE`, odd parity of
//! triple DES keys, `RG1`, and that `AS` is 0 in a key block.

use crate::field::code::{HashCode, KdfCode, KeyTypeCode, MajorKeySelector};
use crate::field::data::{CheckDigits, Data};
use crate::field::key::{ModifierDigit, WrappedKey};
use crate::field::pair::{PairRef, TrustedRef};

command! {
    request {
        /// Major key to wrap the result under; the PMK when absent.
        "FS" major_key: Option<MajorKeySelector>,
        /// Modifier of the result.
        "AS" modifier: Option<ModifierDigit>,
        /// Algorithm and length of the result.
        "CT" key_type: KeyTypeCode,
        /// Hash function of the derivation.
        "RG" hash: HashCode,
        /// Shared information; none when absent.
        "AK" shared: Option<Data>,
        /// Derivation.
        "KM" kdf: KdfCode,
        /// Own key pair.
        "RC" pair: PairRef,
        /// The other's trusted public key.
        "RD" public: TrustedRef,
    }
    response {
        /// The derived key under the major key.
        "BG" key: WrappedKey,
        /// Check value of the derived key.
        "AE" check_value: CheckDigits,
    }
}
