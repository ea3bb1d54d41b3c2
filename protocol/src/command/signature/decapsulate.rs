//! Makes the symmetric key that another has encapsulated for an ML-KEM key pair, and returns it under a major key.
//!
//! The key is a key encryption key, not exportable, as ZKEN says it.
//!
//! What was encapsulated for another pair, or changed on its way, is no error: it gives another key (FIPS 203 section 6.3),
//! which the check value tells. `KM` and what follows it must be what the other has used; they are those of ZKEN.

use crate::field::code::{HashCode, KdfCode, KeyTypeCode, MajorKeySelector};
use crate::field::data::{CheckDigits, Data, Encapsulated};
use crate::field::key::{GivenHeader, WrappedKey};
use crate::field::pair::PairRef;

command! {
    request<'a> {
        /// The encapsulated secret.
        "BH" encapsulated: Encapsulated,
        /// The key pair, one of CZX.
        "RC" pair: PairRef,
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
        /// The key under the major key.
        "BG" key: WrappedKey,
        /// Check value of the key.
        "AE" check_value: CheckDigits,
    }
}
