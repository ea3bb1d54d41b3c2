//! Proves how the tenant's audit log ends, so that nobody can cut off its end or replace it whole.

use crate::field::data::{Fingerprint, Signature};
use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {}
    response {
        /// Name of the tenant, which `SG` covers.
        "RT" tenant: Text<32>,
        /// Number of the last record; 0 for none.
        "NU" number: Number<0, 4_294_967_295>,
        /// SHA-256 of its line; zeros for none.
        "RG" digest: Fingerprint,
        /// TLS signature scheme of `SG` (RFC 8446, section 4.2.3).
        "SC" scheme: Option<Number<0, 65_535>>,
        /// The HSM's signature over number, digest and tenant.
        "SG" signature: Option<Signature>,
    }
}
