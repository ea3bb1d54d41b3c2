//! Takes a fragment of a major key, for a smart card. It may be taken again by the same identity, in case the card could
//! not be written.

use crate::field::data::{CeremonyId, Envelope, Fingerprint};
use crate::field::number::Number;

command! {
    request {
        /// The ceremony.
        "CE" ceremony: CeremonyId,
        /// Which fragment, counted from 1; the lowest that nobody has taken when absent.
        "NU" number: Option<Number<1, 9>>,
        /// Public key to seal it to (X25519), made for this one fragment.
        "PK" public_key: Fingerprint,
    }
    response {
        /// Which fragment it is.
        "NU" number: Number<1, 9>,
        /// The fragment, sealed to the key that was given.
        "EN" fragment: Envelope,
        /// Fragments that were taken.
        "CM" taken: Number<0, 9>,
        /// Fragments in all.
        "TT" total: Number<2, 9>,
    }
}
