//! Signatures that an HSM makes with the key of its TLS certificate.

use rustls::SignatureScheme;
use rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

/// Whether `signature` over `message` was made with the key of `certificate`, whose chain the handshake has verified.
pub(crate) fn verifies(certificate: &CertificateDer<'_>, scheme: u16, message: &[u8], signature: &[u8]) -> bool {
    let Ok(certificate) = EndEntityCert::try_from(certificate) else { return false };
    let scheme = SignatureScheme::from(scheme);
    let known = rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms;
    let algorithms = known.mapping.iter().filter(|(known, _)| *known == scheme).flat_map(|(_, them)| them.iter());
    algorithms.into_iter().any(|algorithm| certificate.verify_signature(*algorithm, message, signature).is_ok())
}
