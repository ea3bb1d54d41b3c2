//! Gives a fragment of a major key, from a smart card.

use crate::field::data::{CeremonyId, CheckDigits, Envelope};
use crate::field::number::Number;

command! {
    request {
        /// The ceremony.
        "CE" ceremony: CeremonyId,
        /// The fragment, sealed to the ceremony.
        "EN" fragment: Envelope,
    }
    response {
        /// Number of the fragment in its set.
        "NU" number: Number<1, 9>,
        /// Fragments that are there.
        "CM" given: Number<0, 9>,
        /// Fragments that are needed.
        "RQ" required: Number<2, 9>,
        /// Check value of the whole key, once enough are there.
        "KV" key_check_value: Option<CheckDigits>,
    }
}
