//! Telling scripts that the HSM serves, and where.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use serde::Serialize;

use crate::private_file::{self, Readers};

/// The addresses that are bound.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// TLS, for applications.
    pub tls: Option<SocketAddr>,
    /// Clear text.
    pub clear: Option<SocketAddr>,
    /// TLS, for administration.
    pub administration: Option<SocketAddr>,
    /// HTTPS, for metrics and health.
    pub https: Option<SocketAddr>,
}

impl Addresses {
    /// Name and address of each listener there is.
    #[must_use]
    pub fn named(&self) -> Vec<(String, String)> {
        [("tls", self.tls), ("clear", self.clear), ("administration", self.administration), ("https", self.https)]
            .into_iter()
            .filter_map(|(name, address)| address.map(|address| (name.to_owned(), address.to_string())))
            .collect()
    }
}

/// The readiness line: `ready: tls=127.0.0.1:9100 administration=127.0.0.1:9101`. Its form is stable.
impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ready:")?;
        self.named().iter().try_for_each(|(name, address)| write!(f, " {name}={address}"))
    }
}

/// Where a certificate and its key lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl From<(PathBuf, PathBuf)> for Pair {
    fn from((certificate, key): (PathBuf, PathBuf)) -> Self {
        Self { certificate, key }
    }
}

/// What the ready file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ready {
    /// Where it listens.
    #[serde(flatten)]
    pub addresses: Addresses,
    /// Its process.
    pub pid: u32,
    /// The CA's certificate.
    pub ca: PathBuf,
    /// The clients' certificates by tenant, where they lie beside the HSM's own.
    pub clients: BTreeMap<String, Pair>,
    /// The administrator's certificate, likewise.
    pub administrator: Option<Pair>,
    /// The profile for `strongctl`, likewise.
    pub profile: Option<PathBuf>,
}

/// Removes what an earlier run has left, so that whoever waits for the file waits for this one.
///
/// # Errors
/// What the file system says.
pub fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

impl Ready {
    /// Writes it as JSON; the file is there only when it is complete.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut content = serde_json::to_vec_pretty(self)?;
        content.push(b'\n');
        private_file::write(path, &content, Readers::Everybody)
    }
}
