//! To whom a client certificate belongs.
//!
//! The rule, in this order:
//! 1. A certificate whose SHA-256 fingerprint is listed under a tenant's `clients` belongs to that tenant.
//! 2. One from the client CA of a tenant's own belongs to that tenant.
//! 3. Otherwise its subject must have exactly one organizational unit, and that names the tenant, to the letter. A tenant
//!    with a client CA of its own gets nobody in this way.
//! 4. The unit `administration` belongs to no tenant: it opens the administration listener, and only that.
//!
//! Everything else is refused.

use std::collections::HashMap;

use engine::tenant::TenantName;
use rustls::pki_types::{CertificateDer, UnixTime};
use sha2::{Digest as _, Sha256};
use x509_cert::Certificate;
use x509_cert::der::asn1::{ObjectIdentifier, PrintableStringRef, Utf8StringRef};
use x509_cert::der::{Decode as _, Tag, Tagged as _};

use crate::trust::{Ca, Trust};

/// `organizationalUnitName` (RFC 5280 appendix A).
const ORGANIZATIONAL_UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");

/// SHA-256 of a certificate's DER form.
pub type Fingerprint = [u8; 32];

/// The fingerprint of a certificate.
#[must_use]
pub fn fingerprint(der: &[u8]) -> Fingerprint {
    Sha256::digest(der).into()
}

/// Whose certificate it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A client of the tenant of this name.
    Tenant(String),
    /// An administrator.
    Administration,
}

/// Why a certificate belongs to nobody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a certificate that can be read.
    #[error("the certificate cannot be read")]
    Unreadable,
    /// None, or several.
    #[error(
        "the subject has {0} organizational units, exactly one is needed; or list the fingerprint in a tenant's clients"
    )]
    Units(usize),
    /// A unit that is no tenant.
    #[error("the organizational unit {0:?} is no tenant")]
    NoSuchTenant(String),
    /// The tenant takes certificates from its own CA.
    #[error("tenant {0} has a client CA of its own, and the certificate is not from it")]
    NotFromItsCa(String),
    /// The chain leads to the CAs of several tenants, or to a CA that is no longer one.
    #[error("the certificate leads to the client CAs of several tenants, or of none")]
    Ambiguous,
}

/// The rule with the fingerprints that it needs.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    listed: HashMap<Fingerprint, String>,
}

impl Mapping {
    /// The rule with the fingerprints that are listed under these tenants.
    pub fn new(tenants: impl IntoIterator<Item = (String, Vec<Fingerprint>)>) -> Self {
        let mut mapping = Self::default();
        for (name, fingerprints) in tenants {
            mapping.listed.extend(fingerprints.into_iter().map(|fingerprint| (fingerprint, name.clone())));
        }
        mapping
    }

    /// Whose certificate is the first of `chain`. The chain has been verified before; `trust` is what it was verified with.
    /// `is_tenant` knows which tenants there are.
    ///
    /// # Errors
    /// It is nobody's.
    pub fn owner(
        &self,
        chain: &[CertificateDer<'_>],
        trust: &Trust,
        is_tenant: impl Fn(&str) -> bool,
    ) -> Result<Owner, Refusal> {
        let certificate = chain.first().ok_or(Refusal::Unreadable)?;
        if let Some(name) = self.listed.get(&fingerprint(certificate)) {
            return Ok(Owner::Tenant(name.clone()));
        }
        if let Ca::Tenant(name) = trust.issuer(chain, UnixTime::now()).ok_or(Refusal::Ambiguous)? {
            return Ok(Owner::Tenant(name));
        }
        let units = units(certificate)?;
        let [unit] = units.as_slice() else { return Err(Refusal::Units(units.len())) };
        if unit == TenantName::RESERVED {
            Ok(Owner::Administration)
        } else if !is_tenant(unit) {
            Err(Refusal::NoSuchTenant(unit.clone()))
        } else if trust.is_owner(unit) {
            Err(Refusal::NotFromItsCa(unit.clone()))
        } else {
            Ok(Owner::Tenant(unit.clone()))
        }
    }
}

/// The organizational units of the subject.
fn units(der: &[u8]) -> Result<Vec<String>, Refusal> {
    let certificate = Certificate::from_der(der).map_err(|_| Refusal::Unreadable)?;
    let subject = certificate.tbs_certificate().subject();
    let attributes = subject.iter().filter(|attribute| attribute.oid == ORGANIZATIONAL_UNIT);
    attributes
        .map(|attribute| {
            let value = &attribute.value;
            let text = if value.tag() == Tag::PrintableString {
                value.decode_as::<PrintableStringRef<'_>>().map(|text| text.to_string())
            } else {
                value.decode_as::<Utf8StringRef<'_>>().map(|text| text.to_string())
            };
            text.map_err(|_| Refusal::Unreadable)
        })
        .collect()
}
