//! The profile that `strongctl` reads, so that it needs no flags on the same machine.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use crate::pki::issue::Files;
use crate::private_file::{self, Readers};

/// What a profile says.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Which command wrote it.
    pub written_by: &'static str,
    /// Addresses of the TLS listener.
    pub addresses: Vec<String>,
    /// Address of the administration listener.
    pub administration: String,
    /// The CA's certificate.
    pub ca: PathBuf,
    /// The client's certificate and key.
    pub client: (PathBuf, PathBuf),
    /// The administrator's certificate and key.
    pub administrator: (PathBuf, PathBuf),
}

impl Profile {
    /// The profile for an HSM whose files are `files` and whose first tenant is `tenant`.
    #[must_use]
    pub fn new(written_by: &'static str, files: &Files, tenant: &str, tls: String, administration: String) -> Self {
        Self {
            written_by,
            addresses: vec![tls],
            administration,
            ca: files.ca(),
            client: files.client(tenant),
            administrator: files.administrator(),
        }
    }

    /// Writes it, making the directory that it lies in.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        path.parent().map_or(Ok(()), private_file::directory)?;
        private_file::write(path, self.to_toml().as_bytes(), Readers::Everybody)
    }

    /// The profile as TOML.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let addresses: Vec<String> = self.addresses.iter().map(|address| quoted(address)).collect();
        let mut out = format!("# written by strongroom {}\n", self.written_by);
        let lines = [
            ("addresses", format!("[{}]", addresses.join(", "))),
            ("server_name", quoted("localhost")),
            ("ca", quoted_path(&self.ca)),
            ("certificate", quoted_path(&self.client.0)),
            ("key", quoted_path(&self.client.1)),
        ];
        let administration = [
            ("address", quoted(&self.administration)),
            ("certificate", quoted_path(&self.administrator.0)),
            ("key", quoted_path(&self.administrator.1)),
        ];
        for (key, value) in lines {
            // Writing into a String cannot fail.
            let _ = writeln!(out, "{key} = {value}");
        }
        out.push_str("[administration]\n");
        for (key, value) in administration {
            let _ = writeln!(out, "{key} = {value}");
        }
        out
    }
}

/// Where `strongctl` looks when no profile is named.
#[must_use]
pub fn default_path() -> Option<PathBuf> {
    base("XDG_CONFIG_HOME", ".config").map(|base| base.join("strongroom").join("profile.toml"))
}

/// Where `strongroom dev` keeps its files when no directory is named.
#[must_use]
pub fn development_directory(port: u16) -> Option<PathBuf> {
    base("XDG_STATE_HOME", ".local/state").map(|base| base.join("strongroom").join(format!("dev-{port}")))
}

/// A directory of the XDG rules, found as `strongctl` finds it.
fn base(variable: &str, below_home: &str) -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set(variable).or_else(|| set("HOME").map(|home| home.join(below_home)))
}

fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

/// A TOML string.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_toml_whatever_the_paths_hold() {
        let profile = Profile {
            written_by: "dev",
            addresses: vec!["127.0.0.1:9100".into()],
            administration: "127.0.0.1:9101".into(),
            ca: "/a \"b\"/ca.pem".into(),
            client: ("/c.pem".into(), "/c.key".into()),
            administrator: ("/d.pem".into(), "/d.key".into()),
        };
        let text = profile.to_toml();
        assert!(text.starts_with("# written by strongroom dev\naddresses = [\"127.0.0.1:9100\"]\n"), "{text}");
        let value: toml::Table = toml::from_str(&text).expect("TOML");
        assert_eq!(value["ca"].as_str(), Some("/a \"b\"/ca.pem"));
        assert_eq!(value["administration"]["key"].as_str(), Some("/d.key"));
    }
}
