//! Translates a trusted public key from a PMK to the one that replaces it, as ZMTK does with keys: to the pending one before
//! the switch, from the former one after it. One that is under the new PMK already is answered as it is.

use crate::field::code::Yes;
use crate::field::data::TrustedBytes;

command! {
    request {
        /// The trusted public key.
        "SD" trusted: TrustedBytes,
    }
    response {
        /// The public key, trusted under the new PMK.
        "SD" trusted: TrustedBytes,
        /// Y when it was translated; absent when it was under the new PMK already.
        "TA" translated: Option<Yes>,
    }
}
