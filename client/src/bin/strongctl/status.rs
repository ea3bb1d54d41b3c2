//! `strongctl status`.

use client::Client;
use protocol::command::admin::{status, tenant};
use protocol::field::number::Number;
use protocol::field::text::Text;
use serde::Serialize;

use crate::args::Connection;
use crate::failure::Failure;
use crate::fields;
use crate::output::{Output, columns};
use crate::profile::{self, Listener};

#[derive(Serialize)]
struct Status {
    serial: String,
    version: String,
    uptime_seconds: u32,
    listeners: Vec<Named>,
    /// Faults that are made on purpose.
    faults: u32,
    tenants: Vec<Tenant>,
}

#[derive(Serialize)]
struct Named {
    name: String,
    address: String,
}

#[derive(Serialize)]
struct Tenant {
    name: String,
    suspended: bool,
    major_keys: Vec<MajorKey>,
    accepts: String,
    check_digits: u32,
    keys: u32,
    slots: u32,
    /// The hardware that it behaves as, where it does.
    device: Option<String>,
    throughput: Option<u32>,
    latency_us: Option<String>,
    connections: Option<u32>,
    sessions: Option<u32>,
}

#[derive(Serialize)]
struct MajorKey {
    name: String,
    algorithm: String,
    check_value: String,
}

/// Asks the administration address and prints what it tells.
pub(crate) async fn run(connection: &Connection, output: &Output) -> Result<(), Failure> {
    let client = Client::connect(profile::options(connection, Listener::Administration)?).await?;
    let told = client.call(status::Request {}).await?;
    let mut tenants = Vec::new();
    for name in list(told.tenants.as_str()) {
        let name = Text::new(name).ok_or_else(|| Failure::nonsense("a tenant's name is too long"))?;
        tenants.push(Tenant::from(client.call(tenant::Request { tenant: name }).await?));
    }
    let status = Status {
        serial: told.serial.as_str().to_owned(),
        version: told.version.as_str().to_owned(),
        uptime_seconds: told.uptime.value(),
        listeners: list(told.listeners.as_str()).map(listener).collect(),
        faults: told.faults.map_or(0, |faults| faults.value()),
        tenants,
    };
    output.show(&status, || render(&status))
}

impl From<tenant::Response> for Tenant {
    fn from(told: tenant::Response) -> Self {
        let major_keys = told.major_keys.as_ref().map(Text::as_str).unwrap_or_default();
        Self {
            name: told.tenant.as_str().to_owned(),
            suspended: told.suspended.is_some(),
            major_keys: list(major_keys).map(major_key).collect(),
            accepts: told.key_block_policy.as_str().to_owned(),
            check_digits: told.check_digits.value(),
            keys: told.keys.value(),
            slots: told.slots.value(),
            device: told.profile.as_ref().map(|name| name.as_str().to_owned()),
            throughput: told.throughput.map(Number::value),
            latency_us: told.latency.as_ref().map(fields::text),
            connections: told.connections.map(Number::value),
            sessions: told.sessions.map(Number::value),
        }
    }
}

impl Tenant {
    /// The hardware that it behaves as, in words.
    fn pace(&self) -> String {
        let parts = [
            self.device.clone(),
            self.throughput.map(|rate| format!("{rate} commands/s")),
            self.latency_us.as_ref().map(|latency| format!("{latency} us longer")),
            self.connections.map(|most| format!("{most} connections")),
            self.sessions.map(|most| format!("{most} sessions")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn listener(text: &str) -> Named {
    let (name, address) = text.split_once('=').unwrap_or((text, ""));
    Named { name: name.to_owned(), address: address.to_owned() }
}

fn major_key(text: &str) -> MajorKey {
    let mut parts = text.splitn(3, '/').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    MajorKey { name: next(), algorithm: next(), check_value: next() }
}

fn render(status: &Status) -> String {
    let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let uptime = uptime(status.uptime_seconds);
    let mut rows =
        vec![row(&["serial", &status.serial]), row(&["version", &status.version]), row(&["uptime", &uptime])];
    if status.faults > 0 {
        rows.push(row(&["faults", &format!("{} on purpose; strongctl fault list", status.faults)]));
    }
    rows.extend(status.listeners.iter().map(|it| row(&["listener", &it.name, &it.address])));
    let mut text = columns(&rows);
    for tenant in &status.tenants {
        let accepts = tenant.accepts.replace(',', ", ");
        let keys = format!("{} of {} slots", tenant.keys, tenant.slots);
        let mut rows = vec![row(&["  keys", &keys]), row(&["  accepts", &accepts])];
        let digits = format!("{} digits", tenant.check_digits);
        rows.push(row(&["  check values", &digits]));
        let pace = tenant.pace();
        if !pace.is_empty() {
            rows.push(row(&["  behaves as", &pace]));
        }
        let suspended = if tenant.suspended { ", suspended" } else { "" };
        text.push_str(&format!("\ntenant {}{suspended}\n{}", tenant.name, columns(&rows)));
        let keys = tenant.major_keys.iter();
        let keys = keys.map(|key| row(&[&format!("  {}", key.name), &key.algorithm, &key.check_value]));
        text.push_str(&columns(&keys.collect::<Vec<_>>()));
    }
    text
}

fn uptime(seconds: u32) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        (_, _, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uptime_is_told_in_two_units_at_most() {
        for (seconds, text) in [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3661, "1 h 1 min"), (90_000, "1 d 1 h")] {
            assert_eq!(uptime(seconds), text);
        }
    }

    #[test]
    fn major_keys_are_taken_apart() {
        let key = major_key("PMK/AES-256/08D7");
        assert_eq!((&*key.name, &*key.algorithm, &*key.check_value), ("PMK", "AES-256", "08D7"));
    }
}
