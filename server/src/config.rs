//! The configuration: one TOML file, every key known by name, every mistake told with file, line and remedy.

mod error;
mod fault;
mod limits;
mod pace;
mod template;
mod tenant;
mod validate;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use protocol::frame::Strictness;
use serde::Deserialize;

pub use error::Error;
pub use fault::Fault;
pub use limits::Limits;
pub use pace::{Busy, Pace, Profile};
pub use template::{Ports, template};
pub use tenant::{KeyForm, Tenant};

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// What the HSM gives as its serial number.
    pub serial: Option<String>,
    /// How deviations from the wire's grammar are met where a tenant does not say.
    pub strictness: Grammar,
    /// Where to listen.
    pub listeners: Listeners,
    /// Server certificate, key, and the CA that clients' certificates come from.
    pub certificates: Certificates,
    /// Bounds and timeouts.
    pub limits: Limits,
    /// Where sealed keys are kept.
    pub store: Store,
    /// What seals the major keys.
    pub device_key: DeviceKey,
    /// How fast the HSM as a whole works.
    pub pace: Pace,
    /// Device profiles of its own, beside those that every HSM has.
    pub profiles: BTreeMap<String, Profile>,
    /// The log.
    pub log: Log,
    /// The virtual HSMs.
    #[serde(rename = "tenant")]
    pub tenants: Vec<Tenant>,
    /// Faults that are made on purpose from the start.
    #[serde(rename = "fault")]
    pub faults: Vec<Fault>,
}

/// [`Strictness`] as the file spells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grammar {
    /// Deviations that real clients show are tolerated.
    #[default]
    Lenient,
    /// They are refused.
    Strict,
}

impl From<Grammar> for Strictness {
    fn from(grammar: Grammar) -> Self {
        match grammar {
            Grammar::Lenient => Self::Lenient,
            Grammar::Strict => Self::Strict,
        }
    }
}

/// `[listeners.*]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listeners {
    /// For applications.
    pub tls: Tls,
    /// Clear text; off where absent.
    pub clear: Option<Clear>,
    /// For administration.
    pub administration: Administration,
    /// Metrics and health; off where absent.
    pub https: Option<Https>,
}

/// `[listeners.https]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Https {
    /// Where to listen.
    pub address: SocketAddr,
    /// Metrics are told to everybody who connects, and not to administrators only.
    #[serde(default)]
    pub open_metrics: bool,
}

/// `[listeners.tls]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    /// Where to listen.
    pub address: SocketAddr,
}

impl Default for Tls {
    fn default() -> Self {
        Self { address: loopback(9100) }
    }
}

/// `[listeners.administration]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Administration {
    /// Where to listen.
    pub address: SocketAddr,
}

impl Default for Administration {
    fn default() -> Self {
        Self { address: loopback(9101) }
    }
}

/// `[listeners.clear]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clear {
    /// Where to listen.
    pub address: SocketAddr,
    /// The tenant that every clear connection belongs to; may be left out where there is only one.
    pub tenant: Option<String>,
    /// The second of the two settings that clear text off loopback needs.
    #[serde(default)]
    pub i_accept_clear_text_off_loopback: bool,
}

/// `[certificates]`; relative paths start at the file's directory, here as everywhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Certificates {
    /// The CA that clients' certificates come from.
    pub ca: PathBuf,
    /// The server's certificate chain.
    pub certificate: PathBuf,
    /// The server's key.
    pub key: PathBuf,
    /// A certificate chain for the same key whose validity is over, for the fault `server-expired`; the file may be missing.
    pub expired: PathBuf,
}

impl Default for Certificates {
    fn default() -> Self {
        Self {
            ca: "ca/ca.pem".into(),
            certificate: "server.pem".into(),
            key: "server.key".into(),
            expired: "server-expired.pem".into(),
        }
    }
}

/// `[store]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// Which one.
    pub kind: StoreKind,
    /// The file of a `file` store.
    pub path: PathBuf,
}

impl Default for Store {
    fn default() -> Self {
        Self { kind: StoreKind::File, path: "strongroom.store".into() }
    }
}

/// Kinds of store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// Forgotten at the end.
    Memory,
    /// One file, synced at every commit.
    File,
}

/// `[device_key]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceKey {
    /// Where it comes from.
    pub kind: DeviceKeyKind,
    /// The key's file, or the salt and parameters of a passphrase.
    pub path: PathBuf,
    /// Name of the environment variable with the passphrase.
    pub passphrase_variable: Option<String>,
    /// File with the passphrase.
    pub passphrase_file: Option<PathBuf>,
    /// Open descriptor to read the key, or the passphrase, from.
    pub descriptor: Option<u32>,
}

impl Default for DeviceKey {
    fn default() -> Self {
        Self {
            kind: DeviceKeyKind::File,
            path: "device.key".into(),
            passphrase_variable: None,
            passphrase_file: None,
            descriptor: None,
        }
    }
}

/// Kinds of device key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKeyKind {
    /// 32 bytes in hexadecimal in a file that only its owner may read.
    File,
    /// Derived from a passphrase by Argon2id.
    Passphrase,
    /// 32 bytes, or 64 hexadecimal digits, from an open descriptor.
    Descriptor,
}

/// `[log]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Its form.
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug` or `trace`, or a filter as `tracing` takes it.
    pub level: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".into() }
    }
}

/// Forms of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// Reads and checks the file at `path`.
    ///
    /// # Errors
    /// It cannot be read, or something in it is wrong.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::unreadable(path, &source))?;
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self::parse(&text, path, directory)
    }

    /// Reads and checks `text`; `path` is what errors name, and relative paths start at `directory`.
    ///
    /// # Errors
    /// Something in it is wrong.
    pub fn parse(text: &str, path: &Path, directory: &Path) -> Result<Self, Error> {
        let mut config: Self = toml::from_str(text).map_err(|source| Error::syntax(path, text, &source))?;
        validate::validate(&config).map_err(|fault| Error::fault(path, text, &fault))?;
        for file in config.paths() {
            *file = directory.join(&*file);
        }
        Ok(config)
    }

    /// How a tenant's connections read frames.
    #[must_use]
    pub fn grammar(&self, tenant: &str) -> Grammar {
        let tenant = self.tenants.iter().find(|candidate| candidate.name == tenant);
        tenant.and_then(|tenant| tenant.strictness).unwrap_or(self.strictness)
    }

    /// The tenant of clear connections.
    #[must_use]
    pub fn clear_tenant(&self) -> Option<&str> {
        let named = self.listeners.clear.as_ref()?.tenant.as_deref();
        named.or_else(|| self.tenants.first().map(|tenant| tenant.name.as_str()))
    }

    fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let Certificates { ca, certificate, key, expired } = &mut self.certificates;
        let device_key = &mut self.device_key;
        [ca, certificate, key, expired, &mut self.store.path, &mut device_key.path]
            .into_iter()
            .chain(device_key.passphrase_file.as_mut())
            .chain(self.tenants.iter_mut().filter_map(|tenant| tenant.client_ca.as_mut()))
    }
}

/// An address that only this machine reaches.
#[must_use]
pub fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}
