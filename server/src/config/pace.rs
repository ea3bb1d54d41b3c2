//! How fast something works: `[pace]` for the HSM as a whole, the same keys in `[[tenant]]` and in `[profiles.*]`, which have
//! limits, too.

use std::collections::BTreeMap;

use engine::behaviour::{self, Bounds};
use protocol::field::Value as _;
use protocol::field::code::WhenBusy;
use protocol::field::latency::Latency;
use serde::Deserialize;

use super::tenant::command;
use super::validate::unknown_command;

/// Settings of speed; nothing is slowed where nothing is said.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pace {
    /// Throughput licence: commands a second; as many as come when absent.
    pub throughput: Option<u32>,
    /// What becomes of a command that comes too early.
    pub when_busy: Option<Busy>,
    /// How much longer commands take, in microseconds: `500`, `200-900` or `~500`.
    pub latency: Option<String>,
    /// How much longer single commands take instead, by their wire names.
    pub command_latency: BTreeMap<String, String>,
}

/// What becomes of a command that comes before the licence allows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Busy {
    /// It waits its turn.
    #[default]
    Queue,
    /// It is refused as busy.
    Refuse,
}

/// `[profiles.*]`: a licence, latencies and limits under one name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// As in `[pace]`.
    pub throughput: Option<u32>,
    /// As in `[pace]`.
    pub when_busy: Option<Busy>,
    /// As in `[pace]`.
    pub latency: Option<String>,
    /// As in `[pace]`.
    pub command_latency: BTreeMap<String, String>,
    /// Connections of a tenant at a time.
    pub connections: Option<u32>,
    /// Sessions of a tenant with a login at a time.
    pub sessions: Option<u32>,
    /// Slots of a tenant's key table.
    pub slots: Option<u32>,
}

impl Profile {
    /// As the engine knows it; what is malformed is refused before.
    #[must_use]
    pub fn engine(&self, name: &str) -> behaviour::Profile {
        let bounds = Bounds { connections: self.connections, sessions: self.sessions, slots: self.slots };
        behaviour::Profile::new(name, behaviour::Pace { bounds, ..self.pace().engine() })
    }

    fn pace(&self) -> Pace {
        Pace {
            throughput: self.throughput,
            when_busy: self.when_busy,
            latency: self.latency.clone(),
            command_latency: self.command_latency.clone(),
        }
    }

    /// As [`Pace::fault`].
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        self.pace().fault().or_else(|| limits_fault(self.connections, self.sessions, self.slots))
    }
}

/// The limit that is none.
pub(super) fn limits_fault(
    connections: Option<u32>,
    sessions: Option<u32>,
    slots: Option<u32>,
) -> Option<(&'static str, String)> {
    let limits = [("connections", connections, 1_000_000), ("sessions", sessions, 1_000), ("slots", slots, 100_000)];
    let is_none = |most: &Option<u32>, greatest: &u32| most.is_some_and(|most| !(1..=*greatest).contains(&most));
    let (key, _, greatest) = limits.iter().find(|(_, most, greatest)| is_none(most, greatest))?;
    Some((key, format!("{key}: 1 to {greatest}")))
}

impl Pace {
    /// What it says, on top of a profile.
    #[must_use]
    pub fn upon(&self, mut pace: behaviour::Pace) -> behaviour::Pace {
        let own = self.engine();
        pace.throughput = own.throughput.or(pace.throughput);
        pace.latency = own.latency.or(pace.latency);
        if self.when_busy.is_some() {
            pace.when_busy = own.when_busy;
        }
        own.commands.into_iter().for_each(|(command, latency)| pace.put_latency_of(command, Some(latency)));
        pace
    }

    /// As the engine knows it; what is malformed is refused before.
    #[must_use]
    pub fn engine(&self) -> behaviour::Pace {
        let mut pace = behaviour::Pace {
            throughput: self.throughput.filter(|rate| *rate > 0),
            when_busy: match self.when_busy.unwrap_or_default() {
                Busy::Queue => WhenBusy::Queue,
                Busy::Refuse => WhenBusy::Refuse,
            },
            latency: self.latency.as_deref().and_then(latency).filter(|latency| !latency.is_none()),
            ..behaviour::Pace::default()
        };
        for (name, time) in &self.command_latency {
            if let (Some(command), Some(latency)) = (command(name), latency(time)) {
                pace.put_latency_of(command, Some(latency));
            }
        }
        pace
    }

    /// The key with the first value that is none, and what is wrong with it.
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        if self.throughput.is_some_and(|rate| !(1..=1_000_000).contains(&rate)) {
            let text = "throughput: 1 to 1000000 commands a second; leave it out for any";
            return Some(("throughput", text.to_owned()));
        }
        if let Some(Err(rule)) = self.latency.as_ref().map(|text| Latency::parse(text.as_bytes())) {
            return Some(("latency", format!("latency: {rule}")));
        }
        const KEY: &str = "command_latency";
        self.command_latency.iter().find_map(|(name, time)| {
            if command(name).is_none() {
                return Some((KEY, unknown_command(KEY, name)));
            }
            let rule = Latency::parse(time.as_bytes()).err()?;
            Some((KEY, format!("{KEY}: {name}: {rule}")))
        })
    }
}

fn latency(text: &str) -> Option<Latency> {
    Latency::parse(text.as_bytes()).ok()
}
