//! The file that `init` writes: every key there is, with what it does.

use crate::profile::quoted;

/// A configuration for these tenants, each key with a comment; keys that are commented out show their default.
#[must_use]
pub fn template(serial: &str, tenants: &[String], ports: Ports) -> String {
    let Ports { tls, administration } = ports;
    let mut text = TEMPLATE
        .replace("@SERIAL@", &quoted(serial))
        .replace("@TLS@", &quoted(&super::loopback(tls).to_string()))
        .replace("@ADMINISTRATION@", &quoted(&super::loopback(administration).to_string()));
    for name in tenants {
        text.push_str(&TENANT.replace("@NAME@", &quoted(name)));
    }
    text
}

/// Ports that the file names.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// For applications.
    pub tls: u16,
    /// For administration.
    pub administration: u16,
}

const TEMPLATE: &str = r#"# Strongroom: one HSM. Every key is listed; one that is commented out shows its default.
# Relative paths start at this file's directory. SIGHUP reloads the certificates, a restart the rest.

# What the HSM gives as its serial number.
serial = @SERIAL@

# How deviations that real clients show are met: "lenient" tolerates, "strict" refuses. A tenant may override it.
#strictness = "lenient"

# TLS for applications. A client certificate is required; see [[tenant]] for what it decides.
[listeners.tls]
address = @TLS@

# Clear text; off unless this table is here. Off loopback it needs the second setting as well.
#[listeners.clear]
#address = "127.0.0.1:9000"
#tenant = "default"
#i_accept_clear_text_off_loopback = false

# TLS for administration: certificates whose only organizational unit is "administration".
[listeners.administration]
address = @ADMINISTRATION@

# Metrics for Prometheus (/metrics) and health (/livez, /readyz) over HTTPS; off unless this table is here. The metrics name
# tenants, so they need an administrator's client certificate, unless open_metrics is true.
#[listeners.https]
#address = "127.0.0.1:9443"
#open_metrics = false

[certificates]
# The CA that clients' certificates come from.
#ca = "ca/ca.pem"
# The server's certificate chain and key.
#certificate = "server.pem"
#key = "server.key"
# A chain for the same key whose validity is over, for the fault server-expired; the file may be missing.
#expired = "server-expired.pem"

[limits]
# Bytes and fields of one frame; beyond that the connection closes.
#frame_bytes = 65536
#fields = 64
# Connections in all, and of one client certificate.
#connections = 10000
#connections_per_client = 1000
# TLS handshakes that may be under way at a time, those of silent peers included.
#handshakes = 5000
# Slow work (RSA keys, passwords, reading the audit) under way at a time, and what of one tenant's may wait; tenants have turns.
#slow_workers = 4
#slow_waiting = 1000
# RSA key pairs of 2,048 bits that are kept ready once one was asked for; 0 for none. A seeded HSM has none.
#ready_rsa_pairs = 4
# From the connection to the end of its handshake.
#handshake_timeout_ms = 10000
# Without any request.
#idle_timeout_ms = 600000
# From a frame's first byte to its last.
#frame_timeout_ms = 10000
# For a client to take its replies.
#write_timeout_ms = 10000
# For open connections to end after SIGTERM.
#drain_timeout_ms = 5000

# Where sealed keys are kept: "file" (synced at every commit) or "memory" (forgotten at the end).
[store]
#kind = "file"
#path = "strongroom.store"

# What seals the major keys in the store:
#   "file"        32 bytes in hexadecimal in `path`, readable by its owner alone
#   "passphrase"  Argon2id of a passphrase from one of the three sources; `path` keeps salt and parameters
#   "descriptor"  read from an open descriptor
[device_key]
#kind = "file"
#path = "device.key"
#passphrase_variable = "STRONGROOM_PASSPHRASE"
#passphrase_file = "/run/secrets/strongroom"
#descriptor = 3

# How fast the HSM as a whole works, as hardware would. The keys are those of a tenant, below.
#[pace]
#throughput = 5000
#when_busy = "queue"
#latency = "100-300"
#command_latency = { GPGS = "~3000" }

# Device profiles of its own, for `profile` of tenants and for `strongctl pace --profile`; every key may be left out.
#[profiles.mine]
#throughput = 1500
#when_busy = "queue"
#latency = "~400"
#command_latency = { GPGS = "2000-4000" }
#connections = 200
#sessions = 20
#slots = 2000

# Faults that are made on purpose from the start, such as `strongctl fault add` makes. Each ends by itself: `for` seconds after
# it began, 60 where nothing is said, and a day at most. Only `kind` is needed.
#[[fault]]
#kind = "lose"
#for = 60
#after = 0
#tenant = "default"
#command = "ECHO"
#percent = 1
#seed = 1
#[[fault]]
#kind = "delay"
#delay = "200-900"
#[[fault]]
#kind = "refuse"
#error = 203

[log]
# "text" or "json", on standard error.
#format = "text"
# "error", "warn", "info", "debug" or "trace"; the variable STRONGROOM_LOG overrides it.
#level = "info"
"#;

const TENANT: &str = r#"
# A virtual HSM with its own major keys and key table. A client certificate leads here when its SHA-256 fingerprint is
# listed in `clients`, or else when it is from `client_ca`. Where there is no `client_ca`: when it is from the CA of
# [certificates], and its subject has exactly one organizational unit and that is this name.
[[tenant]]
name = @NAME@
# Forms of key that are accepted and given.
#key_block_policy = ["TR31", "CRYPTOGRAM"]
# Digits of a working key's check value, 4 or 6.
#check_digits = 6
# The same of major keys: triple DES, and AES (a CMAC).
#major_key_digits = 4
#major_key_cmac_digits = 6
# Lets a key be wrapped under a weaker one, such as AES under triple DES.
#weaker_wrapping = false
# Lets in weak DES keys, and cryptograms and TR-34 tokens of keys without odd parity. Some test data needs it.
#weak_keys = false
# Lets whoever may use keys have this tenant trust a root certificate (AVPC). false: two identities must be logged in.
#client_roots = true
# Lets certificates and requests be signed with SHA-1.
#sha1_signatures = false
#strictness = "lenient"
# Slots of the key table, at most 100000; the profile's where there is one.
#slots = 10000
# Device profile: a licence, a latency and limits under one name. tps-250, tps-1000, tps-5000, tps-20000, tps-50000, or one of
# [profiles]. What the tenant says itself goes before it.
#profile = "mine"
# Connections, and sessions with a login, at a time.
#connections = 100
#sessions = 10
# Seconds after which a login ends: when it is not used, and in any case.
#session_idle_seconds = 900
#session_seconds = 28800
# Seconds after which the loading of a major key ends by itself.
#ceremony_seconds = 3600
# Throughput licence: commands a second. What comes too early waits ("queue") or is refused as busy ("refuse").
#throughput = 1000
#when_busy = "queue"
# How much longer commands take, in microseconds: "500", "200-900" for any between, "~500" for an exponential mean; and how
# much longer single commands take instead.
#latency = "500"
#command_latency = { GPGS = "2000-4000", ECHO = "0" }
# Commands that are not served, by their wire names.
#disabled_commands = []
# `openssl x509 -noout -fingerprint -sha256 -in FILE` prints a fingerprint.
#clients = []
# A CA of its own: a file with its certificate, or several while one takes over from another.
#client_ca = "ca/tenant.pem"
"#;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;

    fn parse(text: &str) -> Result<Config, crate::config::Error> {
        Config::parse(text, Path::new("strongroom.toml"), Path::new("/etc"))
    }

    #[test]
    fn the_template_is_a_configuration_and_documents_every_key() {
        let text = template("SR-1", &["default".into(), "other".into()], Ports { tls: 9100, administration: 9101 });
        let config = parse(&text).expect("the file as written");
        assert_eq!(config.tenants.len(), 2);
        assert_eq!(config.certificates.ca, Path::new("/etc/ca/ca.pem"));
        // With every key in force, but for the device key's alternatives: no key is misspelt.
        let all: Vec<&str> = text
            .lines()
            .filter(|line| !line.contains("passphrase_") && !line.starts_with("#descriptor"))
            .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with([' ', '#'])).unwrap_or(line))
            .collect();
        let all = all.join("\n");
        let config = parse(&all).expect("every key in force");
        let (written, default) = (format!("{:?}", config.limits), format!("{:?}", crate::config::Limits::default()));
        assert_eq!(written, default, "the defaults shown are the defaults");
    }
}
