//! `[[tenant]]`: a virtual HSM, its policy, and whose certificates lead to it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use engine::{Policy, behaviour};
use protocol::command::Command;
use serde::Deserialize;

use super::Grammar;
use super::pace::{Busy, Pace};

/// One virtual HSM.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// 1 to 32 lower-case letters, digits and hyphens, a letter first.
    pub name: String,
    /// Forms of key that are accepted and given.
    #[serde(default = "all_forms")]
    pub key_block_policy: Vec<KeyForm>,
    /// Digits of a working key's check value.
    #[serde(default = "six")]
    pub check_digits: u8,
    /// Digits of a DES-family major key's check value.
    #[serde(default = "four")]
    pub major_key_digits: u8,
    /// Digits of an AES major key's check value, a CMAC.
    #[serde(default = "six")]
    pub major_key_cmac_digits: u8,
    /// A key may be wrapped under a weaker one.
    #[serde(default)]
    pub weaker_wrapping: bool,
    /// Weak DES keys and cryptograms of keys without odd parity may come in.
    #[serde(default)]
    pub weak_keys: bool,
    /// Whoever may use keys may have the tenant trust a root certificate; otherwise two identities must be logged in.
    #[serde(default = "yes")]
    pub client_roots: bool,
    /// Certificates and requests may be signed with SHA-1.
    #[serde(default)]
    pub sha1_signatures: bool,
    /// Overrides the file's.
    pub strictness: Option<Grammar>,
    /// Slots of the key table; the profile's, or ten thousand.
    pub slots: Option<u32>,
    /// Device profile to begin with; what the tenant says itself goes before.
    pub profile: Option<String>,
    /// Connections at a time.
    pub connections: Option<u32>,
    /// Sessions with a login at a time.
    pub sessions: Option<u32>,
    /// Seconds after which a login ends that is not used.
    #[serde(default = "quarter_of_an_hour")]
    pub session_idle_seconds: u32,
    /// Seconds after which a login ends in any case.
    #[serde(default = "working_day")]
    pub session_seconds: u32,
    /// Seconds after which a ceremony ends by itself.
    #[serde(default = "hour")]
    pub ceremony_seconds: u32,
    /// Wire names of commands that are not served.
    #[serde(default)]
    pub disabled_commands: Vec<String>,
    /// Throughput licence: commands a second; as many as come when absent.
    pub throughput: Option<u32>,
    /// What becomes of a command that comes too early.
    pub when_busy: Option<Busy>,
    /// How much longer commands take, in microseconds: `500`, `200-900` or `~500`.
    pub latency: Option<String>,
    /// How much longer single commands take instead, by their wire names.
    #[serde(default)]
    pub command_latency: BTreeMap<String, String>,
    /// SHA-256 fingerprints of client certificates that belong to this tenant.
    #[serde(default)]
    pub clients: Vec<String>,
    /// File with the CA of this tenant's own clients. Where it is given, the HSM's CA gives it none.
    pub client_ca: Option<PathBuf>,
}

/// A form of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum KeyForm {
    /// TR-31 key blocks.
    #[serde(rename = "TR31")]
    Tr31,
    /// Cryptograms.
    #[serde(rename = "CRYPTOGRAM")]
    Cryptogram,
}

/// Slots where nothing is said.
const SLOTS: u32 = 10_000;
/// Slots at most: where a profile says how many there are.
const MOST_SLOTS: u32 = 100_000;

impl Tenant {
    /// What hardware it behaves as, `profile` being the one that it names.
    #[must_use]
    pub fn hardware(&self, profile: Option<behaviour::Pace>) -> behaviour::Pace {
        let mut pace = self.pace().upon(profile.unwrap_or_default());
        pace.bounds.connections = self.connections.or(pace.bounds.connections);
        pace.bounds.sessions = self.sessions.or(pace.bounds.sessions);
        // The policy has those that the tenant says itself.
        pace.bounds.slots = pace.bounds.slots.filter(|_| self.slots.is_none());
        pace
    }

    /// How fast it works.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace {
            throughput: self.throughput,
            when_busy: self.when_busy,
            latency: self.latency.clone(),
            command_latency: self.command_latency.clone(),
        }
    }

    /// A tenant of this name with the settings that the file has when nothing is said.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            key_block_policy: all_forms(),
            check_digits: six(),
            major_key_digits: four(),
            major_key_cmac_digits: six(),
            weaker_wrapping: false,
            weak_keys: false,
            client_roots: yes(),
            sha1_signatures: false,
            strictness: None,
            slots: None,
            profile: None,
            connections: None,
            sessions: None,
            session_idle_seconds: quarter_of_an_hour(),
            session_seconds: working_day(),
            ceremony_seconds: hour(),
            disabled_commands: Vec::new(),
            throughput: None,
            when_busy: None,
            latency: None,
            command_latency: BTreeMap::new(),
            clients: Vec::new(),
            client_ca: None,
        }
    }

    /// What the engine is to allow; `default` holds where the tenant does not say. A profile that says how many slots there
    /// are finds all of them.
    #[must_use]
    pub fn policy(&self, default: Grammar, slots_of_profile: bool) -> Policy {
        Policy {
            key_blocks: self.key_block_policy.contains(&KeyForm::Tr31),
            cryptograms: self.key_block_policy.contains(&KeyForm::Cryptogram),
            check_digits: self.check_digits,
            major_key_digits: self.major_key_digits,
            major_key_cmac_digits: self.major_key_cmac_digits,
            strictness: self.strictness.unwrap_or(default).into(),
            weaker_wrapping: self.weaker_wrapping,
            weak_keys: self.weak_keys,
            client_roots: self.client_roots,
            sha1_signatures: self.sha1_signatures,
            slots: self.slots.unwrap_or(if slots_of_profile { MOST_SLOTS } else { SLOTS }),
            session_idle_seconds: self.session_idle_seconds,
            session_seconds: self.session_seconds,
            ceremony_seconds: self.ceremony_seconds,
            disabled: self.disabled(),
            client_ca: None,
        }
    }

    /// The commands that are not served; names that no command has are refused before.
    #[must_use]
    pub fn disabled(&self) -> Vec<Command> {
        self.disabled_commands.iter().filter_map(|name| command(name)).collect()
    }

    /// The fingerprints as bytes; malformed ones are refused before.
    #[must_use]
    pub fn fingerprints(&self) -> Vec<[u8; 32]> {
        self.clients.iter().filter_map(|text| fingerprint(text)).collect()
    }
}

/// The command of this wire name.
pub(super) fn command(name: &str) -> Option<Command> {
    name.as_bytes().try_into().ok().and_then(Command::parse)
}

/// A SHA-256 fingerprint: 64 hexadecimal digits, colons allowed, as OpenSSL prints it.
pub(super) fn fingerprint(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b':').collect();
    if digits.len() != 64 {
        return None;
    }
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(out)
}

fn all_forms() -> Vec<KeyForm> {
    vec![KeyForm::Tr31, KeyForm::Cryptogram]
}

fn four() -> u8 {
    4
}

fn yes() -> bool {
    true
}

fn six() -> u8 {
    6
}

fn quarter_of_an_hour() -> u32 {
    15 * 60
}

fn hour() -> u32 {
    3600
}

fn working_day() -> u32 {
    8 * 3600
}
