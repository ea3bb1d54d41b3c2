//! Certificates and the TLS configuration that all connections share, so that sessions are resumed.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::options::Tls;

pub(crate) fn connector(tls: &Tls) -> Result<TlsConnector, Error> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&tls.ca, "CA certificates")? {
        roots.add(certificate).map_err(|error| unusable(&tls.ca, "CA certificates", &error))?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::invalid(format!("TLS: {error}")))?
        .with_root_certificates(roots);
    let config = match &tls.identity {
        None => builder.with_no_client_auth(),
        Some((chain, key)) => {
            let chain_der = certificates(chain, "client certificate")?;
            let key_der = private_key(key)?;
            builder
                .with_client_auth_cert(chain_der, key_der)
                .map_err(|error| unusable(chain, "client certificate and its key", &error))?
        }
    };
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The name to check in the HSM's certificate.
pub(crate) fn server_name(tls: &Tls, address: &str) -> Result<ServerName<'static>, Error> {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let name = tls.server_name.as_deref().unwrap_or(host).trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(name.to_owned()).map_err(|_| Error::invalid(format!("{name:?} is not a legal server name")))
}

fn certificates(path: &Path, what: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let pem = read(path, what)?;
    let found: Vec<_> =
        CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().map_err(|error| unusable(path, what, &error))?;
    if found.is_empty() {
        return Err(unusable(path, what, &"no certificate in PEM form"));
    }
    Ok(found)
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, Error> {
    let pem = read(path, "private key")?;
    PrivateKeyDer::from_pem_slice(&pem).map_err(|error| unusable(path, "private key", &error))
}

fn read(path: &Path, what: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    std::fs::read(path).map(Zeroizing::new).map_err(|error| unusable(path, what, &error))
}

fn unusable(path: &Path, what: &str, why: &dyn std::fmt::Display) -> Error {
    Error::invalid(format!("{what} in {}: {why}", path.display()))
}
