//! The CAs that clients' certificates come from: the HSM's own, and those of tenants.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use anyhow::Context as _;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, RootCertStore, SignatureScheme};
use x509_cert::Certificate;
use x509_cert::der::{Decode as _, Encode as _};

/// Where a certificate that was verified comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ca {
    /// The HSM's CA.
    House,
    /// The CA of this tenant's own.
    Tenant(String),
}

/// A tenant and its CA.
type Owner = (String, Arc<dyn ClientCertVerifier>);

/// The CAs of one configuration, and which of them issued a certificate.
pub struct Trust {
    own: RootCertStore,
    house: Arc<dyn ClientCertVerifier>,
    /// By the name of the CA.
    tenants: HashMap<Vec<u8>, Vec<Owner>>,
    owners: HashSet<String>,
    any: Arc<dyn ClientCertVerifier>,
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust").field("owners", &self.owners).finish_non_exhaustive()
    }
}

impl Trust {
    /// Trusts the HSM's CA, and each tenant's for that tenant; a tenant with an empty list has no clients.
    ///
    /// # Errors
    /// A certificate that is no CA's.
    pub fn new(
        house: &[CertificateDer<'static>],
        tenants: &[(String, Vec<CertificateDer<'static>>)],
        provider: &Arc<CryptoProvider>,
    ) -> anyhow::Result<Self> {
        let own = roots(house)?;
        let mut all = own.clone();
        let mut by_name: HashMap<Vec<u8>, Vec<_>> = HashMap::new();
        for (tenant, certificates) in tenants {
            let of_tenant = roots(certificates).with_context(|| format!("the client CA of tenant {tenant}"))?;
            all.extend(of_tenant.roots.iter().cloned());
            if of_tenant.is_empty() {
                continue;
            }
            let verifier = verifier(of_tenant, provider)?;
            for name in certificates.iter().filter_map(names).map(|(subject, _)| subject) {
                by_name.entry(name).or_default().push((tenant.clone(), Arc::clone(&verifier)));
            }
        }
        let house = verifier(own.clone(), provider)?;
        let any = if tenants.is_empty() { Arc::clone(&house) } else { discreet(all, provider)? };
        let owners = tenants.iter().map(|(tenant, _)| tenant.clone()).collect();
        Ok(Self { own, house, tenants: by_name, owners, any })
    }

    /// What a handshake asks: whether a certificate is from any of them.
    #[must_use]
    pub fn verifier(&self) -> Arc<dyn ClientCertVerifier> {
        Arc::clone(&self.any)
    }

    /// As [`Self::verifier`], for the HSM's CA alone, and for clients that may have no certificate.
    ///
    /// # Errors
    /// None, as it was made before.
    pub fn optional(&self, provider: &Arc<CryptoProvider>) -> anyhow::Result<Arc<dyn ClientCertVerifier>> {
        let builder = WebPkiClientVerifier::builder_with_provider(self.own.clone().into(), Arc::clone(provider));
        Ok(builder.allow_unauthenticated().build()?)
    }

    /// Whether the tenant has a CA of its own.
    #[must_use]
    pub fn is_owner(&self, tenant: &str) -> bool {
        self.owners.contains(tenant)
    }

    /// Where a chain that [`Trust::verifier`] has let in comes from; `None` where two tenants can claim it.
    #[must_use]
    pub fn issuer(&self, chain: &[CertificateDer<'_>], now: UnixTime) -> Option<Ca> {
        let (leaf, others) = chain.split_first()?;
        let is_from = |verifier: &Arc<dyn ClientCertVerifier>| verifier.verify_client_cert(leaf, others, now).is_ok();
        if self.owners.is_empty() || is_from(&self.house) {
            return Some(Ca::House);
        }
        let issuers: HashSet<_> = chain.iter().filter_map(names).map(|(_, issuer)| issuer).collect();
        let candidates = issuers.iter().filter_map(|name| self.tenants.get(name)).flatten();
        let found: HashSet<&String> = candidates.filter(|(_, it)| is_from(it)).map(|(tenant, _)| tenant).collect();
        let mut found = found.into_iter();
        let tenant = found.next()?;
        found.next().is_none().then(|| Ca::Tenant(tenant.clone()))
    }
}

fn roots(certificates: &[CertificateDer<'static>]) -> anyhow::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots.add(certificate.clone()).context("not a CA certificate")?;
    }
    Ok(roots)
}

fn verifier(roots: RootCertStore, provider: &Arc<CryptoProvider>) -> anyhow::Result<Arc<dyn ClientCertVerifier>> {
    Ok(WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(provider)).build()?)
}

/// One that does not tell everybody who connects the names of the CAs: tenants need not know of each other.
fn discreet(roots: RootCertStore, provider: &Arc<CryptoProvider>) -> anyhow::Result<Arc<dyn ClientCertVerifier>> {
    let builder = WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(provider));
    Ok(builder.clear_root_hint_subjects().build()?)
}

/// A certificate's subject and issuer, in DER form.
fn names(certificate: &CertificateDer<'_>) -> Option<(Vec<u8>, Vec<u8>)> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let content = certificate.tbs_certificate();
    Some((content.subject().to_der().ok()?, content.issuer().to_der().ok()?))
}

/// Refuses every certificate as expired: a fault that is made on purpose.
#[derive(Debug)]
pub struct AllExpired(pub Arc<dyn ClientCertVerifier>);

impl ClientCertVerifier for AllExpired {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.0.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        _leaf: &CertificateDer<'_>,
        _others: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Err(rustls::Error::InvalidCertificate(CertificateError::Expired))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
