//! The network's side: the bare server that is the floor, and the client that loads both it and the product.

pub mod client;
pub mod echo;
pub mod handshakes;
pub mod idle;
pub mod occupy;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Whom to talk to, and as whom.
#[derive(Clone, Debug, clap::Args)]
pub struct Peer {
    /// Address of the server; it must be of this machine.
    #[arg(long)]
    pub address: SocketAddr,
    /// The CA's certificate.
    #[arg(long)]
    pub ca: PathBuf,
    /// The client's certificate.
    #[arg(long)]
    pub certificate: PathBuf,
    /// Its key.
    #[arg(long)]
    pub key: PathBuf,
    /// Process of the server, to count its processor time and memory.
    #[arg(long)]
    pub process: u32,
}

impl Peer {
    /// The arguments that say the same to another process.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let path = |path: &PathBuf| path.display().to_string();
        vec![
            format!("--address={}", self.address),
            format!("--ca={}", path(&self.ca)),
            format!("--certificate={}", path(&self.certificate)),
            format!("--key={}", path(&self.key)),
            format!("--process={}", self.process),
        ]
    }

    /// What connections to it have in common; sessions are resumed where `resumes`.
    ///
    /// # Errors
    /// Files that cannot be used, or an address elsewhere.
    pub fn dialer(&self, resumes: bool) -> anyhow::Result<Dialer> {
        anyhow::ensure!(self.address.ip().is_loopback(), "{}: loopback only", self.address);
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(&self.ca).with_context(|| self.ca.display().to_string())? {
            roots.add(certificate?)?;
        }
        let chain = CertificateDer::pem_file_iter(&self.certificate)?.collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_file(&self.key)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_root_certificates(roots)
            .with_client_auth_cert(chain, key)?;
        if !resumes {
            config.resumption = Resumption::disabled();
        }
        Ok(Dialer { address: self.address, connector: TlsConnector::from(Arc::new(config)) })
    }
}

/// Makes connections.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "holds a key")]
pub struct Dialer {
    address: SocketAddr,
    connector: TlsConnector,
}

impl Dialer {
    /// One connection.
    ///
    /// # Errors
    /// It is refused.
    pub async fn dial(&self) -> anyhow::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        Ok(self.connector.connect(ServerName::try_from("localhost")?, stream).await?)
    }
}
