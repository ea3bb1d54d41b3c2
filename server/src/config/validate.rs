//! Rules that no single value can break.

use std::collections::{HashMap, HashSet};

use engine::behaviour;
use protocol::command::Command;

use super::error::likeness;
use super::pace::limits_fault;
use super::tenant::{Tenant, command, fingerprint};
use super::{Config, DeviceKeyKind};

/// A broken rule and where the value stands.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) table: &'static str,
    /// Which of several tables of that name.
    pub(super) occurrence: usize,
    pub(super) key: &'static str,
    pub(super) text: String,
}

fn fault(table: &'static str, key: &'static str, text: impl Into<String>) -> Fault {
    Fault { table, occurrence: 0, key, text: text.into() }
}

pub(super) fn validate(config: &Config) -> Result<(), Fault> {
    serial(config)?;
    limits(config)?;
    device_key(config)?;
    if let Some((key, text)) = config.pace.fault() {
        return Err(fault("pace", key, text));
    }
    profiles(config)?;
    tenants(&config.tenants)?;
    clear(config)
}

fn serial(config: &Config) -> Result<(), Fault> {
    let legal = |serial: &String| {
        (1..=32).contains(&serial.len()) && serial.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match &config.serial {
        Some(serial) if !legal(serial) => Err(fault("", "serial", "serial: 1 to 32 letters, digits and hyphens")),
        Some(_) | None => Ok(()),
    }
}

fn limits(config: &Config) -> Result<(), Fault> {
    let limits = &config.limits;
    let at_least = |key, value: usize, least: usize| {
        if value >= least { Ok(()) } else { Err(fault("limits", key, format!("{key}: at least {least}"))) }
    };
    at_least("frame_bytes", limits.frame_bytes, 256)?;
    at_least("fields", limits.fields, 4)?;
    at_least("connections", limits.connections, 1)?;
    at_least("connections_per_client", limits.connections_per_client, 1)?;
    at_least("handshakes", limits.handshakes, 1)?;
    at_least("slow_workers", limits.slow_workers, 1)?;
    at_least("slow_waiting", limits.slow_waiting, 1)?;
    if limits.ready_rsa_pairs > 1_000 {
        return Err(fault("limits", "ready_rsa_pairs", "ready_rsa_pairs: at most 1000"));
    }
    if limits.slow_workers > 256 {
        return Err(fault("limits", "slow_workers", "slow_workers: at most 256, each takes a thread"));
    }
    if limits.frame_bytes > 1024 * 1024 {
        return Err(fault(
            "limits",
            "frame_bytes",
            "frame_bytes: at most 1048576, every connection may take this much",
        ));
    }
    Ok(())
}

fn profiles(config: &Config) -> Result<(), Fault> {
    if config.profiles.len() > 100 {
        return Err(fault("", "", "profiles: at most 100".to_owned()));
    }
    for (name, profile) in &config.profiles {
        if !behaviour::Profile::is_name(name) {
            let text = format!("profiles.{name}: a profile's name has 1 to 32 lower-case letters, digits and hyphens");
            return Err(fault("", "", text));
        }
        if let Some((_, text)) = profile.fault() {
            return Err(fault("", "", format!("profiles.{name}: {text}")));
        }
    }
    let is_there =
        |name: &str| config.profiles.contains_key(name) || behaviour::Behaviour::default().profile(name).is_some();
    for (occurrence, tenant) in config.tenants.iter().enumerate() {
        if let Some(name) = tenant.profile.as_ref().filter(|name| !is_there(name)) {
            let text = format!(
                "profile: there is no profile {name}; `strongctl pace --profiles` lists those of a running HSM"
            );
            return Err(Fault { table: "tenant", occurrence, key: "profile", text });
        }
    }
    Ok(())
}

fn device_key(config: &Config) -> Result<(), Fault> {
    let key = &config.device_key;
    let sources = [key.passphrase_variable.is_some(), key.passphrase_file.is_some(), key.descriptor.is_some()];
    let given = sources.into_iter().filter(|given| *given).count();
    match key.kind {
        DeviceKeyKind::File if given == 0 => Ok(()),
        DeviceKeyKind::File => Err(fault("device_key", "kind", "kind: `file` takes `path` and nothing else")),
        DeviceKeyKind::Passphrase if given == 1 => Ok(()),
        DeviceKeyKind::Passphrase => Err(fault(
            "device_key",
            "kind",
            "kind: `passphrase` takes exactly one of `passphrase_variable`, `passphrase_file` and `descriptor`",
        )),
        DeviceKeyKind::Descriptor if given == 1 && key.descriptor.is_some() => Ok(()),
        DeviceKeyKind::Descriptor => {
            Err(fault("device_key", "kind", "kind: `descriptor` takes `descriptor`, the number of an open one"))
        }
    }
}

fn tenants(tenants: &[Tenant]) -> Result<(), Fault> {
    if tenants.is_empty() {
        return Err(fault("", "", "no tenant: add a table [[tenant]] with a `name`"));
    }
    let (mut names, mut owners) = (HashSet::new(), HashMap::new());
    for (occurrence, tenant) in tenants.iter().enumerate() {
        let fault = |key, text| Fault { table: "tenant", occurrence, key, text };
        if engine::tenant::TenantName::new(&tenant.name).is_none() {
            let text = "name: 1 to 32 lower-case letters, digits and hyphens, a letter first, not `administration`";
            return Err(fault("name", text.into()));
        }
        if !names.insert(&tenant.name) {
            return Err(fault("name", format!("name: tenant {} is there twice", tenant.name)));
        }
        for (key, digits) in [
            ("check_digits", tenant.check_digits),
            ("major_key_digits", tenant.major_key_digits),
            ("major_key_cmac_digits", tenant.major_key_cmac_digits),
        ] {
            if !matches!(digits, 4 | 6) {
                return Err(fault(key, format!("{key}: 4 or 6")));
            }
        }
        if let Some((key, text)) = limits_fault(tenant.connections, tenant.sessions, tenant.slots) {
            return Err(fault(key, text));
        }
        for (key, seconds) in [
            ("session_idle_seconds", tenant.session_idle_seconds),
            ("session_seconds", tenant.session_seconds),
            ("ceremony_seconds", tenant.ceremony_seconds),
        ] {
            if !(1..=1_000_000).contains(&seconds) {
                return Err(fault(key, format!("{key}: 1 to 1000000")));
            }
        }
        if let Some((key, text)) = tenant.pace().fault() {
            return Err(fault(key, text));
        }
        if tenant.key_block_policy.is_empty() {
            return Err(fault("key_block_policy", "key_block_policy: at least one of TR31 and CRYPTOGRAM".into()));
        }
        if let Some(name) = tenant.disabled_commands.iter().find(|name| command(name).is_none()) {
            return Err(fault("disabled_commands", unknown_command("disabled_commands", name)));
        }
        for client in &tenant.clients {
            let bytes = fingerprint(client).ok_or_else(|| {
                let how = "openssl x509 -noout -fingerprint -sha256 -in FILE";
                fault("clients", format!("clients: `{client}` is not a SHA-256 fingerprint; `{how}` prints one"))
            })?;
            if let Some(other) = owners.insert(bytes, &tenant.name) {
                return Err(fault("clients", format!("clients: this certificate already belongs to tenant {other}")));
            }
        }
    }
    Ok(())
}

pub(super) fn unknown_command(key: &str, name: &str) -> String {
    let names = Command::ALL.iter().map(|command| command.spec().name);
    let nearest = names.max_by(|a, b| likeness(name, a).total_cmp(&likeness(name, b))).unwrap_or_default();
    format!("{key}: no command is named `{name}`; did you mean `{nearest}`?")
}

fn clear(config: &Config) -> Result<(), Fault> {
    const TABLE: &str = "listeners.clear";
    let Some(clear) = &config.listeners.clear else { return Ok(()) };
    if !clear.address.ip().is_loopback() && !clear.i_accept_clear_text_off_loopback {
        let text = "address: clear text off loopback shows every key and every request to the network; \
                    use 127.0.0.1, or set i_accept_clear_text_off_loopback = true as well";
        return Err(fault(TABLE, "address", text));
    }
    match &clear.tenant {
        Some(name) if !config.tenants.iter().any(|tenant| tenant.name == *name) => {
            Err(fault(TABLE, "tenant", format!("tenant: there is no tenant {name}")))
        }
        None if config.tenants.len() > 1 => {
            Err(fault(TABLE, "tenant", "tenant: there are several, say which one clear connections belong to"))
        }
        Some(_) | None => Ok(()),
    }
}
