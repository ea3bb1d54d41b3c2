//! Exports a symmetric key by TR-34 in one pass: the token carries the time, and the list of certificates that the sender's
//! CA has revoked.
//!
//! The receiver's certificate is verified up to `SA` as AVPC does, and must be RSA; the sender's must be that of `RC`. Where
//! they have key usages, the receiver's must include keyEncipherment and the sender's digitalSignature. A key leaves whose
//! exportability is E or S and whose header has no optional blocks. It is no stronger than the envelope's cipher, and than
//! AES-128, as which RSA of any length counts, unless the tenant's policy lets keys be wrapped under weaker ones. Messages
//! are enciphered with OAEP (SHA-256) and signed with SHA-256, in the order of attributes of DER.
//!
//! Ours: the tags, those of TRTP, and `BO`. The name is public.

use crate::field::code::{KeyTypeCode, MajorKeySelector, TokenForm};
use crate::field::data::{Certificates, CrlBytes, TokenBytes};
use crate::field::key::{GivenHeader, KeyRef};
use crate::field::pair::{PairRef, TrustedRef};

command! {
    request<'a> {
        /// Form of the token; TR-34:2019 when absent.
        "ZA" form: Option<TokenForm>,
        /// Major key of the private key.
        "FS" major_key: Option<MajorKeySelector>,
        /// Cipher of the envelope: 3 triple DES, 4 AES-128; 4 when absent.
        "CT" cipher: Option<KeyTypeCode>,
        /// The sender's certificate.
        "RV" sender: Certificates,
        /// The sender's private key, RSA, which may sign.
        "RC" private_key: PairRef,
        /// The receiver's certificate with those of CAs after it if any, or its credential token (CTKRD).
        "SJ" receiver: TokenBytes,
        /// Trusted public key of the CA of the receiver.
        "SA" receiver_ca: TrustedRef,
        /// The key.
        "BG" key: KeyRef<'a>,
        /// List of the certificates that the sender's CA has revoked. A receiver wants one, from here or elsewhere.
        "BO" revoked: Option<CrlBytes>,
        /// Major key of the key; that of `FS` when absent, and else the one that its form tells.
        "MK" key_major_key: Option<MajorKeySelector>,
        /// Header for the receiver; that of the key when absent. It may narrow mode and exportability, and nothing else.
        "AK" header: Option<GivenHeader<'a>>,
    }
    response {
        /// The token (KTKDH).
        "SJ" token: TokenBytes,
    }
}
