//! Loads an RSA private key, or a trusted RSA public key, into a slot of the asymmetric table.
//!
//! Known: that it loads a key into the RSA table. Ours: every tag, as those of ASYL.

use crate::field::data::CheckDigits;
use crate::field::data::TrustedBytes;
use crate::field::key::KeyBlockText;
use crate::field::number::SlotNumber;
use crate::field::text::Label;

command! {
    request {
        /// The private key in a key block under the PMK; either this or `SD`.
        "BG" private: Option<KeyBlockText>,
        /// The trusted public key.
        "SD" trusted: Option<TrustedBytes>,
        /// Slot to put it in, which must be empty; the lowest empty one when absent.
        "RC" slot: Option<SlotNumber>,
        /// Label, which no other key of the asymmetric table may have.
        "RT" label: Option<Label>,
    }
    response {
        /// The slot that it is in.
        "RC" slot: SlotNumber,
        /// Check value: the leading digits of SHA-256 of the public key.
        "AE" check_value: CheckDigits,
    }
}
