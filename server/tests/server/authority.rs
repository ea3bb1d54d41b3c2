//! CAs, and certificates that they issue.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::pki_types::CertificateDer;

pub(crate) type Chain = Vec<CertificateDer<'static>>;

/// A CA, to sign clients' certificates with.
pub(crate) struct Authority {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = named(name, &[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let made = params.self_signed(&key).expect("a certificate");
        Self { certificate: made.der().clone(), pem: made.pem(), issuer: Issuer::new(params, key) }
    }

    /// A CA below this one.
    pub(crate) fn below(&self, name: &str) -> Self {
        let mut params = named(name, &[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let made = params.signed_by(&key, &self.issuer).expect("a certificate");
        Self { certificate: made.der().clone(), pem: made.pem(), issuer: Issuer::new(params, key) }
    }

    /// A client's certificate.
    pub(crate) fn client(&self, units: &[&str]) -> Chain {
        vec![self.issue(units).0.der().clone()]
    }

    /// Certificate and key of a client in two files.
    pub(crate) fn client_files(&self, home: &Path, name: &str, units: &[&str]) -> (PathBuf, PathBuf) {
        let (certificate, key) = self.issue(units);
        let paths = (home.join(format!("{name}.pem")), home.join(format!("{name}.key")));
        fs::write(&paths.0, certificate.pem()).expect("written");
        fs::write(&paths.1, key.serialize_pem()).expect("written");
        paths
    }

    fn issue(&self, units: &[&str]) -> (Certificate, KeyPair) {
        let key = KeyPair::generate().expect("a key");
        let mut params = named("a client", units);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        (params.signed_by(&key, &self.issuer).expect("a certificate"), key)
    }
}

fn named(name: &str, units: &[&str]) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    // One kind of attribute can be pushed once only, so further units go in under their number.
    for (index, unit) in units.iter().enumerate() {
        let kind = if index == 0 { DnType::OrganizationalUnitName } else { DnType::CustomDnType(vec![2, 5, 4, 11]) };
        params.distinguished_name.push(kind, *unit);
    }
    params
}
