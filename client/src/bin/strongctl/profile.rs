//! Whom to talk to: flags, then the profile that the HSM wrote.

use std::path::{Path, PathBuf};
use std::time::Duration;

use client::{Options, Tls};
use serde::Deserialize;

use crate::args::Connection;
use crate::failure::Failure;

/// The profile file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    addresses: Vec<String>,
    server_name: Option<String>,
    ca: PathBuf,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    administration: Option<Administration>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Administration {
    address: String,
    certificate: PathBuf,
    key: PathBuf,
}

/// Which of the HSM's listeners is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listener {
    Commands,
    Administration,
}

/// The connection that flags and profile describe together.
pub(crate) fn options(connection: &Connection, listener: Listener) -> Result<Options, Failure> {
    let timeout = Duration::from_secs(connection.timeout);
    let (mut addresses, mut tls) = match wanted_profile(connection)? {
        Some(path) => from_profile(&path, listener, connection)?,
        None => (Vec::new(), Tls::default()),
    };
    if !connection.address.is_empty() {
        addresses.clone_from(&connection.address);
    }
    for address in &addresses {
        if !address.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok()) {
            return Err(Failure::usage(format!("{address:?} is not HOST:PORT")).next("for example 127.0.0.1:9100"));
        }
    }
    let base = Options { addresses, connections: 1, ..Options::clear("").within(timeout) };
    if connection.clear {
        return Ok(base);
    }
    if let Some(ca) = &connection.ca {
        tls.ca.clone_from(ca);
    }
    if connection.server_name.is_some() {
        tls.server_name.clone_from(&connection.server_name);
    }
    tls.identity = match (&connection.certificate, &connection.private_key) {
        (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
        (None, None) => tls.identity,
        (Some(_), None) | (None, Some(_)) => {
            return Err(Failure::usage("--certificate and --private-key belong together; give both"));
        }
    };
    if tls.ca.as_os_str().is_empty() {
        return Err(Failure::usage("TLS needs the CA's certificate").next("give --ca FILE, or --profile, or --clear"));
    }
    Ok(Options { tls: Some(tls), ..base })
}

/// The profile to read; `None` where the flags say everything.
fn wanted_profile(connection: &Connection) -> Result<Option<PathBuf>, Failure> {
    if connection.clear {
        return Ok(None);
    }
    let usual = match &connection.profile {
        Some(path) if !path.as_os_str().is_empty() => return Ok(Some(path.clone())),
        Some(_) => Err("--profile or STRONGROOM_PROFILE is empty".to_owned()),
        None => default_path().ok_or_else(|| "no home directory".to_owned()),
    };
    match usual {
        Ok(path) if path.exists() => Ok(Some(path)),
        Ok(_) | Err(_) if !connection.address.is_empty() => Ok(None),
        usual => {
            let tried = usual.map_or_else(|why| why, |path| format!("looked for {}", path.display()));
            Err(Failure::usage(format!("no address given, and no profile ({tried})")).next(
                "`strongroom dev` and `strongroom init` write a profile; or give --profile FILE, or --address HOST:PORT",
            ))
        }
    }
}

fn default_path() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))?;
    Some(config.join("strongroom").join("profile.toml"))
}

fn from_profile(path: &Path, listener: Listener, connection: &Connection) -> Result<(Vec<String>, Tls), Failure> {
    let unusable = |error: &dyn std::fmt::Display| {
        Failure::usage(format!("profile {}: {error}", path.display()))
            .next("`strongroom dev` and `strongroom init` write a profile; --profile names another")
    };
    let text = std::fs::read_to_string(path).map_err(|error| unusable(&error))?;
    let profile: Profile = toml::from_str(&text).map_err(|error| unusable(&error))?;
    let (addresses, identity) = match (listener, profile.administration) {
        (Listener::Commands, _) => (profile.addresses, profile.certificate.zip(profile.key)),
        (Listener::Administration, Some(it)) => (vec![it.address], Some((it.certificate, it.key))),
        (Listener::Administration, None) if !connection.address.is_empty() => {
            (Vec::new(), profile.certificate.zip(profile.key))
        }
        (Listener::Administration, None) => {
            let text = format!("profile {} has no [administration] address", path.display());
            return Err(Failure::usage(text).next("give --address HOST:PORT of the administration listener"));
        }
    };
    Ok((addresses, Tls { ca: profile.ca, identity, server_name: profile.server_name }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_form_is_read_and_nothing_else() {
        let text = r#"
            addresses = ["127.0.0.1:9100"]
            server_name = "localhost"
            ca = "/abs/ca.pem"
            certificate = "/abs/client-default.pem"
            key = "/abs/client-default.key"
            [administration]
            address = "127.0.0.1:9101"
            certificate = "/abs/administration.pem"
            key = "/abs/administration.key"
        "#;
        assert!(toml::from_str::<Profile>(text).is_ok());
        assert!(toml::from_str::<Profile>(&format!("adresses = []\n{text}")).is_err());
    }
}
