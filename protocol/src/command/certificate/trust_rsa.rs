//! Verifies the certificate of an RSA key and gives that as one that the tenant trusts: AVPC for RSA keys only.
//!
//! Ours: the whole reading. The name is public and its meaning is not; other commands come in such pairs, A for keys of any
//! kind and R for RSA.

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
