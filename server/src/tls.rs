//! TLS 1.3 and 1.2 with a client certificate required, exchangeable while serving.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use arc_swap::ArcSwap;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use crate::config::Certificates;

/// The certificates in use, and where they came from.
#[derive(Debug)]
pub struct Tls {
    files: Certificates,
    config: ArcSwap<ServerConfig>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// A file that cannot be read, or that does not hold what it should.
    pub fn new(files: Certificates) -> anyhow::Result<Self> {
        let config = server_config(&files)?;
        Ok(Self { files, config: ArcSwap::from_pointee(config) })
    }

    /// What a new connection uses.
    #[must_use]
    pub fn config(&self) -> Arc<ServerConfig> {
        self.config.load_full()
    }

    /// Reads the files again. Connections that are open keep what they began with.
    ///
    /// # Errors
    /// The new files are not usable; the old ones stay in use.
    pub fn reload(&self) -> anyhow::Result<()> {
        self.config.store(Arc::new(server_config(&self.files)?));
        Ok(())
    }
}

/// The tickets' keys are made anew with each configuration, so that a client whose CA is gone cannot resume.
fn server_config(files: &Certificates) -> anyhow::Result<ServerConfig> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&files.ca)? {
        roots.add(certificate).with_context(|| format!("{}: not a CA certificate", files.ca.display()))?;
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(&provider)).build()?;
    let chain = certificates(&files.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| anyhow!("{}: {error}; a PEM private key is needed", files.key.display()))?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .with_context(|| format!("{} and {} do not go together", files.certificate.display(), files.key.display()))?;
    config.ticketer = aws_lc_rs::Ticketer::new()?;
    // Clients resume one connection at a time; each further ticket costs a record and an encryption.
    config.send_tls13_tickets = 1;
    Ok(config)
}

fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = read.map_err(|error| anyhow!("{}: {error}; PEM certificates are needed", path.display()))?;
    if found.is_empty() {
        bail!("{}: holds no certificate; PEM certificates are needed", path.display());
    }
    Ok(found)
}
