//! Begins the import of a key by TR-34, as its receiver: gives the receiver's credential token and, for two passes, a random
//! number and its token.
//!
//! Ours: the tags, and that the caller keeps the random number for TRTD. The modes are public by name; that of one pass with AES
//! is taken to be 3 and does what 2 does, because it is the sender who chooses the cipher. The certificates of the token
//! stand as DER sorts a set, and TRTP and TRTD find their order by their names.

use crate::field::certificate::Nonce;
use crate::field::code::TokenPasses;
use crate::field::data::{Certificates, TokenBytes};

command! {
    request {
        /// In how many messages the key is to come.
        "ZA" passes: TokenPasses,
        /// The receiver's certificate, and after it those of its CAs, if any.
        "RV" receiver: Certificates,
    }
    response {
        /// The credential token (CTKRD).
        "SJ" credential: TokenBytes,
        /// The random number, for two passes.
        "BJ" nonce: Option<Nonce>,
        /// The token of the random number (RTKRD), for two passes.
        "RS" nonce_token: Option<TokenBytes>,
    }
}
