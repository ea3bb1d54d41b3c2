//! TLS 1.3 and 1.2 with a client certificate required, exchangeable while serving.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use arc_swap::ArcSwap;
use engine::attest::{Attest, Attestation};
use engine::client_ca::ClientCa;
use engine::tenant::TenantName;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::NoServerSessionStorage;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{RootCertStore, ServerConfig, SignatureScheme};

use crate::config::{Certificates, Config};
use crate::trust::{AllExpired, Trust};

/// Schemes of signatures that are no handshake's, in the order of preference.
const SCHEMES: &[SignatureScheme] = &[
    SignatureScheme::ED25519,
    SignatureScheme::ECDSA_NISTP256_SHA256,
    SignatureScheme::ECDSA_NISTP384_SHA384,
    SignatureScheme::ECDSA_NISTP521_SHA512,
    SignatureScheme::RSA_PSS_SHA256,
];

/// CAs that tenants were given over administration.
pub type ClientCas = Arc<[(TenantName, ClientCa)]>;

/// The certificates in use, and where they came from.
#[derive(Debug)]
pub struct Tls {
    files: Files,
    in_use: ArcSwap<InUse>,
}

/// Where certificates come from.
#[derive(Clone, Debug)]
pub struct Files {
    /// The HSM's.
    pub hsm: Certificates,
    /// The client CAs of tenants, by the tenants' names.
    pub tenants: Vec<(String, PathBuf)>,
}

impl From<&Config> for Files {
    fn from(config: &Config) -> Self {
        let tenants = config.tenants.iter();
        let tenants = tenants.filter_map(|tenant| Some((tenant.name.clone(), tenant.client_ca.clone()?)));
        Self { hsm: config.certificates.clone(), tenants: tenants.collect() }
    }
}

/// What a connection begins with.
#[derive(Debug)]
pub struct InUse {
    /// How it is encrypted.
    pub config: Arc<ServerConfig>,
    /// The same while clients' certificates are to be refused as expired.
    pub expired: Arc<ServerConfig>,
    /// The same while the HSM is to show a certificate whose validity is over; `None` where it has none.
    pub server_expired: Option<Arc<ServerConfig>>,
    /// For HTTPS, where clients may come without a certificate.
    pub https: Arc<ServerConfig>,
    /// The CAs that it goes by.
    pub trust: Arc<Trust>,
    read: Arc<Read>,
    cas: ClientCas,
}

/// What the files hold.
#[derive(Debug)]
struct Read {
    provider: Arc<CryptoProvider>,
    ca: Vec<CertificateDer<'static>>,
    tenants: Vec<(String, Vec<CertificateDer<'static>>)>,
    key: Arc<CertifiedKey>,
    expired: Option<Arc<CertifiedKey>>,
}

/// Signs for the HSM with the key of its certificate.
#[derive(Debug)]
pub struct Signer(pub Arc<Tls>);

impl Attest for Signer {
    fn attest(&self, message: &[u8]) -> Option<Attestation> {
        let signer = self.0.in_use.load().read.key.key.choose_scheme(SCHEMES)?;
        let scheme = signer.scheme().into();
        signer.sign(message).ok().map(|signature| Attestation { scheme, signature })
    }

    fn can_show_expired(&self) -> bool {
        self.0.can_show_expired()
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// A file that cannot be read, or that does not hold what it should.
    pub fn new(files: Files) -> anyhow::Result<Self> {
        let in_use = ArcSwap::from_pointee(in_use(Arc::new(read(&files)?), ClientCas::default())?);
        Ok(Self { files, in_use })
    }

    /// What a new connection uses while tenants have these CAs besides those in files.
    #[must_use]
    pub fn with(&self, cas: &ClientCas) -> Arc<InUse> {
        let now = self.in_use.load_full();
        if Arc::ptr_eq(&now.cas, cas) {
            return now;
        }
        match in_use(Arc::clone(&now.read), Arc::clone(cas)) {
            Ok(new) => {
                let new = Arc::new(new);
                self.in_use.store(Arc::clone(&new));
                new
            }
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(error, "the client CAs of tenants are not usable, the old ones stay in use");
                now
            }
        }
    }

    /// Whether there is a certificate whose validity is over.
    #[must_use]
    pub fn can_show_expired(&self) -> bool {
        self.in_use.load().server_expired.is_some()
    }

    /// Reads the files again. Connections that are open keep what they began with.
    ///
    /// # Errors
    /// The new files are not usable; the old ones stay in use.
    pub fn reload(&self) -> anyhow::Result<()> {
        let cas = Arc::clone(&self.in_use.load().cas);
        self.in_use.store(Arc::new(in_use(Arc::new(read(&self.files)?), cas)?));
        Ok(())
    }
}

fn read(files: &Files) -> anyhow::Result<Read> {
    let Certificates { ca, certificate, key: private, expired } = &files.hsm;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let certified = |certificate: &Path| -> anyhow::Result<Arc<CertifiedKey>> {
        let chain = certificates(certificate)?;
        let key = PrivateKeyDer::from_pem_file(private)
            .map_err(|error| anyhow!("{}: {error}; a PEM private key is needed", private.display()))?;
        let key = CertifiedKey::from_der(chain, key, &provider)
            .with_context(|| format!("{} and {} do not go together", certificate.display(), private.display()))?;
        Ok(Arc::new(key))
    };
    let key = certified(certificate)?;
    // It is for tests only: one that does not go with a new key keeps nobody from working.
    let unusable = |error: &anyhow::Error| tracing::warn!("{error:#}; the fault server-expired is not to be had");
    let expired = if expired.exists() { certified(expired).inspect_err(unusable).ok() } else { None };
    let tenants = files.tenants.iter().map(|(tenant, path)| Ok((tenant.clone(), authority(path)?)));
    let tenants = tenants.collect::<anyhow::Result<_>>()?;
    Ok(Read { ca: authority(ca)?, tenants, key, expired, provider })
}

/// CA certificates that can be trusted.
fn authority(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let found = certificates(path)?;
    let mut roots = RootCertStore::empty();
    for certificate in &found {
        roots.add(certificate.clone()).with_context(|| format!("{}: not a CA certificate", path.display()))?;
    }
    Ok(found)
}

/// The tickets' keys are made anew with each configuration, so that a client whose CA is gone cannot resume.
fn in_use(read: Arc<Read>, cas: ClientCas) -> anyhow::Result<InUse> {
    let mut tenants = read.tenants.clone();
    tenants.extend(cas.iter().map(|(tenant, ca)| {
        let certificates: Vec<_> = ca.certificates().map(|der| CertificateDer::from(der.to_vec())).collect();
        let is_usable = certificates.iter().all(|it| RootCertStore::empty().add(it.clone()).is_ok());
        if !is_usable {
            // One tenant's mistake does not shut out the others.
            tracing::error!(%tenant, "the tenant's client CA is not usable, so its clients are not let in");
        }
        (tenant.to_string(), if is_usable { certificates } else { Vec::new() })
    }));
    let trust = Trust::new(&read.ca, &tenants, &read.provider)?;
    let config_of = |verifier, key: &Arc<CertifiedKey>| -> anyhow::Result<ServerConfig> {
        Ok(ServerConfig::builder_with_provider(Arc::clone(&read.provider))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(key)))))
    };
    let config = |verifier| config_of(verifier, &read.key);
    // A session that is resumed shows no certificate, so none is.
    let unresumed = |mut config: ServerConfig| {
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Arc::new(config)
    };
    let expired = unresumed(config(Arc::new(AllExpired(trust.verifier())))?);
    let server_expired =
        read.expired.as_ref().map(|key| config_of(trust.verifier(), key).map(unresumed)).transpose()?;
    let https = config(trust.optional(&read.provider)?)?;
    let mut config = config(trust.verifier())?;
    config.ticketer = aws_lc_rs::Ticketer::new()?;
    // Clients resume one connection at a time; each further ticket costs a record and an encryption.
    config.send_tls13_tickets = 1;
    Ok(InUse {
        config: Arc::new(config),
        expired,
        server_expired,
        https: Arc::new(https),
        trust: Arc::new(trust),
        read,
        cas,
    })
}

fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = read.map_err(|error| anyhow!("{}: {error}; PEM certificates are needed", path.display()))?;
    if found.is_empty() {
        bail!("{}: holds no certificate; PEM certificates are needed", path.display());
    }
    Ok(found)
}
