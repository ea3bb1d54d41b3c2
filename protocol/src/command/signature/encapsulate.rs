//! Makes a symmetric key together with whoever has an ML-KEM private key: it comes back under a major key, with what ZKDE
//! on the other side makes the same key of.
//!
//! The secret of ML-KEM has 32 bytes. Without `KM` it is the key, an AES-256 key (FIPS 203 section 3.3). With
//! `KM` the key is derived from it as SDDH derives it, of the type `CT`.
//!
//! What is agreed on is a key encryption key, as by SDDH: usage K1 where it is AES and K0 where it is of the DES family, mode B,
//! exportability N. `AK` says just that, and its version, its key version and its optional blocks: whoever decapsulates again
//! gets the same key for the same use.
//!
//! Both sides choose parameters and result in their protocol, and nothing is wrapped: a result of more strength than the
//! parameters have (AES-256 by ML-KEM-512) is given whatever the tenant's policy says of wrapping, and has their strength.

use crate::field::code::{HashCode, KdfCode, KeyTypeCode, MajorKeySelector};
use crate::field::data::{CheckDigits, Data, Encapsulated};
use crate::field::key::{GivenHeader, WrappedKey};
use crate::field::pair::TrustedRef;

command! {
    request<'a> {
        /// The other's public key, trusted for X.
        "RD" public: TrustedRef,
        /// Header of the key block that is wanted: `K1AB00N` for AES, `K0TB00N` or `K0DB00N` for the DES family, after version
        /// and length.
        "AK" header: GivenHeader<'a>,
        /// Major key to wrap it under; when absent the PMK for version D, the MFK for A, B and C.
        "FS" major_key: Option<MajorKeySelector>,
        /// Derivation; none when absent: the secret is the key.
        "KM" kdf: Option<KdfCode>,
        /// Algorithm and length of a derived key; AES-256 when absent.
        "CT" key_type: Option<KeyTypeCode>,
        /// Hash function of the derivation; SHA-256 when absent.
        "RG" hash: Option<HashCode>,
        /// Shared information of the derivation; none when absent.
        "BO" shared: Option<Data>,
    }
    response {
        /// The encapsulated secret, for the other.
        "BH" encapsulated: Encapsulated,
        /// The key under the major key.
        "BG" key: WrappedKey,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
