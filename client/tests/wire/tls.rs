//! Mutual TLS with certificates made here.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use client::{Client, Error, Options, Tls};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::server::WebPkiClientVerifier;
use rustls::{HandshakeKind, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use crate::peer::Peer;

struct Site {
    directory: tempfile::TempDir,
    address: String,
    handshakes: mpsc::UnboundedReceiver<HandshakeKind>,
}

impl Site {
    /// A peer that demands a client certificate, echoes one frame a connection, and tells how each handshake went.
    async fn open() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("signed");
        let write = |name: &str, text: String| std::fs::write(directory.path().join(name), text).expect("written");
        write("ca.pem", ca.pem());
        let mut signed = Vec::new();
        for name in ["localhost", "client"] {
            let key = KeyPair::generate().expect("a key");
            let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
            let certificate = params.signed_by(&key, &ca).expect("signed");
            write(&format!("{name}.pem"), certificate.pem());
            write(&format!("{name}.key"), key.serialize_pem());
            signed.push((certificate.der().clone(), key.serialize_pem()));
        }
        let (server_certificate, server_key) = signed.swap_remove(0);
        let mut roots = RootCertStore::empty();
        roots.add(ca.der().clone()).expect("a CA");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone()).build().expect("roots");
        let key = PrivateKeyDer::from_pem_slice(server_key.as_bytes()).expect("a key");
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![server_certificate], key)
            .expect("a certificate");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound").to_string();
        let (told, handshakes) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, told) = (acceptor.clone(), told.clone());
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let kind = stream.get_ref().1.handshake_kind().expect("done");
                    let mut frame = [0; 1024];
                    let count = stream.read(&mut frame).await.unwrap_or(0);
                    let _ = stream.write_all(&frame[..count]).await;
                    let _ = stream.shutdown().await;
                    let _ = told.send(kind);
                });
            }
        });
        Self { directory, address, handshakes }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn options(&self) -> Options {
        let identity = Some((self.path("client.pem"), self.path("client.key")));
        let tls = Tls { ca: self.path("ca.pem"), identity, server_name: Some("localhost".to_owned()) };
        Options { connections: 1, ..Options::tls(&self.address, tls) }
    }
}

#[tokio::test]
async fn calls_go_over_mutual_tls_and_sessions_are_resumed() {
    let mut site = Site::open().await;
    let client = Client::connect(site.options()).await.expect("a handshake");
    let mut kinds = Vec::new();
    for _ in 0..2 {
        assert_eq!(client.raw("[AOECHO;AGhello;]").await.expect("an answer").as_str(), "[AOECHO;AGhello;]");
        kinds.push(site.handshakes.recv().await.expect("told"));
    }
    assert!(matches!(kinds[0], HandshakeKind::Full | HandshakeKind::FullWithHelloRetryRequest), "{kinds:?}");
    assert_eq!(kinds[1], HandshakeKind::Resumed);
}

#[tokio::test]
async fn another_name_is_not_talked_to() {
    let site = Site::open().await;
    let mut options = site.options();
    options.tls = options.tls.map(|tls| Tls { server_name: Some("elsewhere".to_owned()), ..tls });
    let outcome = Client::connect(options).await;
    assert!(matches!(outcome, Err(Error::Io { step: "TLS handshake", .. })), "{outcome:?}");
}

#[tokio::test]
async fn without_a_certificate_the_call_fails_as_a_lost_connection() {
    let site = Site::open().await;
    let mut options = site.options();
    options.tls = options.tls.map(|tls| Tls { identity: None, ..tls });
    let outcome = match Client::connect(options).await {
        Ok(client) => client.raw("[AOECHO;]").await.map(|_| ()),
        Err(error) => Err(error),
    };
    assert!(matches!(outcome, Err(Error::Io { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_certificate_file_that_is_not_there_is_named() {
    let site = Site::open().await;
    let mut options = site.options();
    options.tls = options.tls.map(|tls| Tls { ca: site.path("missing.pem"), ..tls });
    let outcome = Client::connect(options).await;
    assert!(matches!(&outcome, Err(Error::Invalid { text }) if text.contains("missing.pem")), "{outcome:?}");
}

#[tokio::test]
async fn an_address_that_swallows_the_handshake_leaves_time_for_the_others() {
    let site = Site::open().await;
    let silent = Peer::start(|_, mut link| async move { while link.frame().await.is_some() {} }).await;
    let addresses = vec![site.address.clone(), silent.address.clone()];
    let options = Options { addresses, ..site.options() }.within(Duration::from_secs(1));
    let client = Client::connect(options).await.expect("a handshake");
    for _ in 0..3 {
        assert_eq!(client.raw("[AOECHO;AG1;]").await.expect("an answer").as_str(), "[AOECHO;AG1;]");
    }
    assert!(silent.connections() >= 1, "the silent address had its turn");
}
