//! TLS 1.3 and 1.2 with a client certificate required, exchangeable while serving.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use arc_swap::ArcSwap;
use engine::attest::{Attest, Attestation};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::SigningKey;
use rustls::{RootCertStore, ServerConfig, SignatureScheme};

use crate::config::Certificates;

/// Schemes of signatures that are no handshake's, in the order of preference.
const SCHEMES: &[SignatureScheme] = &[
    SignatureScheme::ED25519,
    SignatureScheme::ECDSA_NISTP256_SHA256,
    SignatureScheme::ECDSA_NISTP384_SHA384,
    SignatureScheme::ECDSA_NISTP521_SHA512,
    SignatureScheme::RSA_PSS_SHA256,
];

/// The certificates in use, and where they came from.
#[derive(Debug)]
pub struct Tls {
    files: Certificates,
    in_use: ArcSwap<InUse>,
}

#[derive(Debug)]
struct InUse {
    config: Arc<ServerConfig>,
    key: Arc<dyn SigningKey>,
}

/// Signs for the HSM with the key of its certificate.
#[derive(Debug)]
pub struct Signer(pub Arc<Tls>);

impl Attest for Signer {
    fn attest(&self, message: &[u8]) -> Option<Attestation> {
        let signer = self.0.in_use.load().key.choose_scheme(SCHEMES)?;
        let scheme = signer.scheme().into();
        signer.sign(message).ok().map(|signature| Attestation { scheme, signature })
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// A file that cannot be read, or that does not hold what it should.
    pub fn new(files: Certificates) -> anyhow::Result<Self> {
        let in_use = ArcSwap::from_pointee(read(&files)?);
        Ok(Self { files, in_use })
    }

    /// What a new connection uses.
    #[must_use]
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.in_use.load().config)
    }

    /// Reads the files again. Connections that are open keep what they began with.
    ///
    /// # Errors
    /// The new files are not usable; the old ones stay in use.
    pub fn reload(&self) -> anyhow::Result<()> {
        self.in_use.store(Arc::new(read(&self.files)?));
        Ok(())
    }
}

/// The tickets' keys are made anew with each configuration, so that a client whose CA is gone cannot resume.
fn read(files: &Certificates) -> anyhow::Result<InUse> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&files.ca)? {
        roots.add(certificate).with_context(|| format!("{}: not a CA certificate", files.ca.display()))?;
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(&provider)).build()?;
    let chain = certificates(&files.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| anyhow!("{}: {error}; a PEM private key is needed", files.key.display()))?;
    let signing = provider.key_provider.load_private_key(key.clone_key())?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .with_context(|| format!("{} and {} do not go together", files.certificate.display(), files.key.display()))?;
    config.ticketer = aws_lc_rs::Ticketer::new()?;
    // Clients resume one connection at a time; each further ticket costs a record and an encryption.
    config.send_tls13_tickets = 1;
    Ok(InUse { config: Arc::new(config), key: signing })
}

fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = read.map_err(|error| anyhow!("{}: {error}; PEM certificates are needed", path.display()))?;
    if found.is_empty() {
        bail!("{}: holds no certificate; PEM certificates are needed", path.display());
    }
    Ok(found)
}
