//! How secrets cross the wire in a ceremony: HPKE (RFC 9180) in base mode, one message per key encapsulation.
//!
//! KEM DHKEM(X25519, HKDF-SHA256), KDF HKDF-SHA256, AEAD AES-256-GCM. On the wire an envelope is the encapsulated key
//! (32 bytes), then the ciphertext with its tag. Only the texts that bind an envelope to its place are here: this crate
//! holds no key.

/// Bytes of a public key and of an encapsulated key.
pub const KEY: usize = 32;
/// Bytes that an envelope has beyond what it holds.
pub const OVERHEAD: usize = KEY + 16;

/// What an envelope holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A component, from a custodian to the HSM.
    Component,
    /// A fragment, from a custodian's card to the HSM.
    Fragment,
    /// A fragment, from the HSM to a custodian's card.
    Card,
}

/// HPKE's `info`: binds an envelope to its ceremony and to what it holds.
#[must_use]
pub fn info(ceremony: &[u8; 16], content: Content) -> Vec<u8> {
    let content: &[u8] = match content {
        Content::Component => b"component",
        Content::Fragment => b"fragment",
        Content::Card => b"card",
    };
    [b"strongroom ceremony 1\0", ceremony.as_slice(), content].concat()
}

/// What the HSM signs with the key of its TLS certificate, to prove that a ceremony's public key is its own.
#[must_use]
pub fn attested(tenant: &str, ceremony: &[u8; 16], public_key: &[u8; KEY]) -> Vec<u8> {
    [b"strongroom ceremony key 1\0", ceremony.as_slice(), public_key, tenant.as_bytes()].concat()
}
