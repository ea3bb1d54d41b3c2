//! The client CA of a tenant's own: whoever has a certificate from it is the tenant's client, and nobody else is.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use x509_cert::Certificate;
use x509_cert::der::{Decode as _, Reader as _, SliceReader};
use x509_cert::ext::pkix::BasicConstraints;

/// As many certificates as one CA may have, so that an old and a new one can be good at the same time.
const MOST: usize = 4;

/// One to four CA certificates (RFC 5280) in DER form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCa(Arc<[Box<[u8]>]>);

impl ClientCa {
    /// Reads certificates that stand one after the other; `None` unless they are one to four, all of them CAs'.
    #[must_use]
    pub fn new(der: &[u8]) -> Option<Self> {
        let mut reader = SliceReader::new(der).ok()?;
        let mut certificates = Vec::new();
        while !reader.is_finished() {
            let begin = usize::try_from(reader.position()).ok()?;
            let certificate = Certificate::decode(&mut reader).ok()?;
            let end = usize::try_from(reader.position()).ok()?;
            let (_, constraints) = certificate.tbs_certificate().get_extension::<BasicConstraints>().ok()??;
            if !constraints.ca {
                return None;
            }
            certificates.push(der.get(begin..end)?.into());
        }
        (1..=MOST).contains(&certificates.len()).then(|| Self(certificates.into()))
    }

    /// Its certificates.
    pub fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Its certificates one after the other.
    #[must_use]
    pub fn der(&self) -> Vec<u8> {
        self.0.concat()
    }

    /// SHA-256 of its first certificate.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.certificates().next().map(|first| Sha256::digest(first).into()).unwrap_or_default()
    }

    /// Whether the two have a certificate in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.certificates().any(|one| other.certificates().any(|another| one == another))
    }
}
