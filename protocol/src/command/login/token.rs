//! Makes a token with which other connections join this session. Only connections with the same client certificate can.
//!
//! A token is 32 random bytes, of which the HSM keeps the SHA-256 digest in memory only. It ends with the session: by
//! logout, when the session has been idle or has lasted for too long, or when the HSM restarts. A new one replaces it.

use crate::field::data::Token;
use crate::field::number::Number;

command! {
    request {}
    response {
        /// The token.
        "TK" token: Token,
        /// Seconds until the session ends, if it is not used before.
        "TO" seconds: Number<0, 1_000_000>,
    }
}
