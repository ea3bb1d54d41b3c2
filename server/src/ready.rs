//! Telling scripts that the HSM serves, and where.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;

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
}

impl Addresses {
    /// Name and address of each listener there is.
    #[must_use]
    pub fn named(&self) -> Vec<(String, String)> {
        [("tls", self.tls), ("clear", self.clear), ("administration", self.administration)]
            .into_iter()
            .filter_map(|(name, address)| address.map(|address| (name.to_owned(), address.to_string())))
            .collect()
    }
}

/// The readiness line: `ready tls=127.0.0.1:9100 administration=127.0.0.1:9101`. Its form is stable.
impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ready")?;
        self.named().iter().try_for_each(|(name, address)| write!(f, " {name}={address}"))
    }
}

/// Writes the ready file: JSON, there only when complete.
///
/// # Errors
/// What the file system says.
pub fn write(path: &Path, addresses: &Addresses) -> std::io::Result<()> {
    #[derive(Serialize)]
    struct Ready<'a> {
        #[serde(flatten)]
        addresses: &'a Addresses,
        pid: u32,
    }
    let mut content = serde_json::to_vec_pretty(&Ready { addresses, pid: std::process::id() })?;
    content.push(b'\n');
    private_file::write(path, &content, Readers::Everybody)
}
