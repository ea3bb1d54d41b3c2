//! The files of a new HSM: CA, server (with a certificate whose validity is over, to be shown on purpose), one client a tenant, one administrator.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use engine::tenant::TenantName;

use super::{Authority, Issued, Role};
use crate::config::Certificates;
use crate::private_file::{self, Readers};
use crate::seed::Randomness;

/// Where the files lie.
#[derive(Clone, Debug)]
pub struct Files {
    directory: PathBuf,
    ca: PathBuf,
}

impl Files {
    /// The files in `directory`, the CA's among them or in a directory of its own below.
    #[must_use]
    pub fn new(directory: &Path, ca_directory: Option<&str>) -> Self {
        let ca = ca_directory.map_or_else(|| directory.to_owned(), |name| directory.join(name));
        Self { directory: directory.to_owned(), ca }
    }

    /// The directory of all but the CA's.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The CA's certificate.
    #[must_use]
    pub fn ca(&self) -> PathBuf {
        self.ca.join("ca.pem")
    }

    /// Certificate and key of `server`, `client-<tenant>` or `administration`.
    #[must_use]
    pub fn pair(&self, name: &str) -> (PathBuf, PathBuf) {
        (self.directory.join(format!("{name}.pem")), self.directory.join(format!("{name}.key")))
    }

    /// Certificate and key of a tenant's client.
    #[must_use]
    pub fn client(&self, tenant: &str) -> (PathBuf, PathBuf) {
        self.pair(&client_name(tenant))
    }

    /// Certificate and key of the administrator.
    #[must_use]
    pub fn administrator(&self) -> (PathBuf, PathBuf) {
        self.pair(TenantName::RESERVED)
    }

    /// Makes everything anew and writes it. The CA's key is kept only where `keep_ca_key` says so, for an HSM that
    /// lives on and will need more clients.
    ///
    /// # Errors
    /// A bad host name, or a file that cannot be written.
    pub fn issue(
        &self,
        tenants: &[String],
        hosts: &[String],
        randomness: &Randomness,
        keep_ca_key: bool,
    ) -> anyhow::Result<()> {
        private_file::directory(&self.directory).with_context(|| self.directory.display().to_string())?;
        private_file::directory(&self.ca).with_context(|| self.ca.display().to_string())?;
        let authority = Authority::new(randomness)?;
        write(&self.ca(), authority.certificate().as_bytes(), Readers::Everybody)?;
        if keep_ca_key {
            write(&self.ca.join("ca.key"), authority.key().expose().as_bytes(), Readers::Owner)?;
        }
        let server =
            authority.issue("server", Role::Server { hosts }).context("the server's certificate, see --host")?;
        self.keep("server", &server)?;
        let expired = authority.issue_expired("server", Role::Server { hosts }, &server)?;
        write(&self.expired(), expired.as_bytes(), Readers::Everybody)?;
        for tenant in tenants {
            let name = client_name(tenant);
            self.keep(&name, &authority.issue(&name, Role::Client { unit: tenant })?)?;
        }
        let unit = TenantName::RESERVED;
        self.keep(unit, &authority.issue(unit, Role::Client { unit })?)
    }

    /// The server's files, as a configuration names them.
    #[must_use]
    pub fn server(&self) -> Certificates {
        let (certificate, key) = self.pair("server");
        Certificates { ca: self.ca(), certificate, key, expired: self.expired() }
    }

    fn expired(&self) -> PathBuf {
        self.directory.join("server-expired.pem")
    }

    fn keep(&self, name: &str, issued: &Issued) -> anyhow::Result<()> {
        let (certificate, key) = self.pair(name);
        write(&key, issued.key.expose().as_bytes(), Readers::Owner)?;
        write(&certificate, issued.certificate.as_bytes(), Readers::Everybody)
    }
}

fn client_name(tenant: &str) -> String {
    format!("client-{tenant}")
}

fn write(path: &Path, content: &[u8], readers: Readers) -> anyhow::Result<()> {
    private_file::write(path, content, readers).with_context(|| format!("writing {}", path.display()))
}
