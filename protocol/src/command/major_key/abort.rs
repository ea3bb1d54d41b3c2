//! Ends a ceremony and wipes all that was given.

use crate::field::data::CeremonyId;

command! {
    request {
        /// The ceremony.
        "CE" ceremony: CeremonyId,
    }
    response {
        /// The ceremony.
        "CE" ceremony: CeremonyId,
    }
}
