//! Tells how a ceremony stands, to everybody who takes part in it.

use crate::field::code::{CeremonyMethod, KeyTypeCode, MajorKeySelector, Yes};
use crate::field::data::{CeremonyId, CheckDigits, Fingerprint, SetId, Signature};
use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// The ceremony; the one for the major key in `FS` when absent, and if that is absent too, the only one there is.
        "CE" ceremony: Option<CeremonyId>,
        /// Which major key.
        "FS" major_key: Option<MajorKeySelector>,
    }
    response {
        /// The ceremony.
        "CE" ceremony: CeremonyId,
        /// Which major key.
        "FS" major_key: MajorKeySelector,
        /// How it is loaded.
        "ME" method: CeremonyMethod,
        /// Y when the key is to be the pending one.
        "PN" pending: Option<Yes>,
        /// Algorithm and length; absent before the first card has told it.
        "CT" key_type: Option<KeyTypeCode>,
        /// Components or fragments that were given or taken.
        "CM" done: Number<0, 9>,
        /// How many have to be; absent before the first card has told it.
        "TT" total: Option<Number<2, 9>>,
        /// Set of the fragments; absent before the first card has told it.
        "SI" set: Option<SetId>,
        /// Identities that have given or taken one, comma separated, in the order in which they did.
        "BO" custodians: Option<Text<512>>,
        /// Check value of the whole key, once it is known.
        "KV" key_check_value: Option<CheckDigits>,
        /// Name of the tenant, which `SG` covers.
        "RT" tenant: Text<32>,
        /// Public key of the ceremony (X25519).
        "PK" public_key: Fingerprint,
        /// TLS signature scheme of `SG`.
        "SC" scheme: Option<Number<0, 65_535>>,
        /// The HSM's signature over ceremony, public key and tenant.
        "SG" signature: Option<Signature>,
        /// Seconds until the ceremony ends by itself.
        "TO" seconds: Number<0, 1_000_000>,
    }
}
