//! Verifies a certificate and gives its public key as one that the tenant trusts.
//!
//! Signature, validity now, basic constraints, key usage keyCertSign, path length, names and critical extensions are
//! verified up to the key in `SA`, which must be trusted for S or V and, where it came in a certificate, be that of a CA.
//! The trusted key keeps what its certificate says of it, and is good for no more later. Key usage of the certificate itself
//! is not compared with `CZ`: clients have keys that agree certified for signatures.
//!
//! Without `SA` the last certificate must sign itself: a root. Whoever may use keys may have one trusted, as public clients
//! do, unless the tenant's policy `client_roots` is off; then two identities must be logged in (dual control).

use crate::field::code::{CertificateType, ConstantOne, MajorKeySelector, PairUsage, Verdict};
use crate::field::data::{Certificates, TrustedBytes};
use crate::field::pair::TrustedRef;

command! {
    request {
        /// Major key that binds the trusted key.
        "FS" major_key: Option<MajorKeySelector>,
        /// Kind of certificate.
        "RY" certificate_type: Option<CertificateType>,
        /// Seen as 1: a key block is wanted. A trusted public key has one form here.
        "KB" key_block: Option<ConstantOne>,
        /// What the key is to be trusted for.
        "CZ" usage: PairUsage,
        /// Trusted public key of the issuer; absent for a root.
        "SA" issuer_key: Option<TrustedRef>,
        /// The certificate, and after it those of the CAs between it and the trusted one, if any.
        "RV" certificates: Certificates,
    }
    response {
        /// The certificate's key as a trusted public key.
        "RD" trusted_key: TrustedBytes,
        /// That it is verified; whatever is not is an error.
        "BB" verdict: Verdict,
    }
}
