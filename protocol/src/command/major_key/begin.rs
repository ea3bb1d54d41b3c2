//! Begins a ceremony: the loading of a major key by several custodians, each on a session of their own.
//!
//! Nothing of a ceremony is stored before it is confirmed: a restart ends it, as do an abort and the end of its time.
//! What custodians give and take is sealed to the ceremony's public key, which the HSM signs with the key of its TLS
//! certificate (`protocol::envelope`). At most one ceremony for each kind of major key is under way.

use crate::field::code::{CeremonyMethod, KeyTypeCode, MajorKeySelector, Yes};
use crate::field::data::{CeremonyId, Fingerprint, Signature};
use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// Which major key.
        "FS" major_key: MajorKeySelector,
        /// How it is loaded, or taken onto cards.
        "ME" method: CeremonyMethod,
        /// Algorithm and length: AES-256 when absent, three-key triple DES for the MFK. Cards bring their own.
        "CT" key_type: Option<KeyTypeCode>,
        /// Components, of method C.
        "CM" components: Option<Number<2, 9>>,
        /// Cards that are needed to recombine the key, of methods G and B.
        "RQ" required: Option<Number<2, 9>>,
        /// Cards in all, of methods G and B.
        "TT" total: Option<Number<2, 9>>,
        /// Y to load it beside the one in use, as the pending one, for a switch.
        "PN" pending: Option<Yes>,
    }
    response {
        /// The ceremony, for its other commands.
        "CE" ceremony: CeremonyId,
        /// Name of the tenant, which `SG` covers.
        "RT" tenant: Text<32>,
        /// Public key of the ceremony (X25519).
        "PK" public_key: Fingerprint,
        /// TLS signature scheme of `SG` (RFC 8446, section 4.2.3).
        "SC" scheme: Option<Number<0, 65_535>>,
        /// The HSM's signature over ceremony, public key and tenant.
        "SG" signature: Option<Signature>,
        /// Check value of the key that was generated or is taken onto cards.
        "AE" check_value: Option<crate::field::data::CheckDigits>,
        /// Seconds until the ceremony ends by itself.
        "TO" seconds: Number<0, 1_000_000>,
    }
}
