//! Verifies a certificate and gives its public key as one that the tenant trusts.
//!
//! Signature, validity now, basic constraints, key usage keyCertSign, path length, names and critical extensions are
//! verified up to the key in `SA`, which must be trusted for S or V. That is a key that came in a CA's certificate, or one
//! that administrators have trusted by ZATP; never that of a key pair of the tenant's own (`SD` of GRSA, GECC and APFP, or
//! its slot), as any client can make a pair. The trusted key keeps what its certificate and all above it say of it: whether
//! it is a CA's, how many CAs may follow, and until when, and is good for no more in later requests. A CA's certificate for
//! which those above leave no room is refused. A critical extended key usage must include anyExtendedKeyUsage. Key usage of
//! the certificate itself is not compared with `CZ`: clients have keys that agree certified for signatures.
//!
//! Without `SA` the last certificate must sign itself: a root. One that signs itself is trusted for V or S and nothing else.
//!
//! Ours: on a real unit a root needs dual control. Here whoever may use keys may have one trusted, as public clients do without
//! logging in, unless the tenant's policy `client_roots` is off; then two identities must be logged in. The audit names the
//! root that was trusted: its check value, what for, and SHA-256 of its certificate.

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
