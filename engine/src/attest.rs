//! The HSM proves what it says with the key of its TLS certificate, which the engine never sees.

use std::fmt::Debug;

/// A signature by the key of the HSM's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// TLS signature scheme (RFC 8446, section 4.2.3).
    pub scheme: u16,
    /// The signature.
    pub signature: Vec<u8>,
}

/// Signs for the HSM.
pub trait Attest: Debug + Send + Sync {
    /// Signs `message`; `None` where there is nothing to sign with.
    fn attest(&self, message: &[u8]) -> Option<Attestation>;

    /// Whether there is a certificate whose validity is over, to be shown on purpose.
    fn can_show_expired(&self) -> bool {
        false
    }
}

/// For an HSM without a certificate.
#[derive(Clone, Copy, Debug)]
pub struct Nobody;

impl Attest for Nobody {
    fn attest(&self, _message: &[u8]) -> Option<Attestation> {
        None
    }
}
