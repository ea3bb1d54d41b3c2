//! `strongctl pace`: how fast the HSM or a tenant works, over administration.

use std::collections::BTreeMap;

use client::Client;
use protocol::command::behaviour::{list_profiles, pace};
use protocol::field::code::WhenBusy;
use protocol::field::number::Number;
use protocol::field::text::Text;
use serde_json::json;

use crate::args::Connection;
use crate::failure::Failure;
use crate::fields;
use crate::output::{Output, columns};
use crate::profile::{self, Listener};

#[derive(Debug, clap::Args)]
pub(crate) struct Pace {
    /// The tenant; the HSM as a whole when absent
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// Throughput licence: commands a second, 0 for as many as come
    #[arg(long, value_name = "PER SECOND", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    throughput: Option<u32>,
    /// Refuse as busy what comes too early, instead of letting it wait; `queue` lets it wait again
    #[arg(long, value_name = "queue|refuse", value_parser = when_busy)]
    when_busy: Option<WhenBusy>,
    /// How much longer commands take, in microseconds: 500, 200-900 for any between, ~500 for an exponential mean, 0 for no
    /// longer; with --command, `same` for as long as the others
    #[arg(long, value_name = "MICROSECONDS")]
    latency: Option<String>,
    /// Device profile to begin with: licence, latency and limits at once; `none` for none
    #[arg(long = "device", value_name = "PROFILE")]
    device: Option<String>,
    /// List the device profiles of the HSM, and do nothing
    #[arg(long, conflicts_with_all = ["tenant", "throughput", "when_busy", "latency", "device"])]
    profiles: bool,
    /// Connections of the tenant at a time, 0 for no limit of its own
    #[arg(long, value_name = "NUMBER", requires = "tenant", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    connections: Option<u32>,
    /// Sessions of the tenant with a login at a time, 0 for no limit of its own
    #[arg(long, value_name = "NUMBER", requires = "tenant", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    sessions: Option<u32>,
    /// Slots of the tenant's key table, 0 for as many as its policy allows
    #[arg(long, value_name = "NUMBER", requires = "tenant", value_parser = clap::value_parser!(u32).range(0..=100_000))]
    slots: Option<u32>,
    /// The one command that --latency is for, instead of the latency that the others have
    #[arg(long, value_name = "NAME", requires = "latency")]
    command: Option<String>,
}

fn when_busy(text: &str) -> Result<WhenBusy, String> {
    match text {
        "queue" => Ok(WhenBusy::Queue),
        "refuse" => Ok(WhenBusy::Refuse),
        _ => Err("queue or refuse".to_owned()),
    }
}

/// Sets what is given, and tells what holds.
pub(crate) async fn run(args: &Pace, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let client = Client::connect(profile::options(connection, Listener::Administration)?).await?;
    if args.profiles {
        return profiles(&client, output).await;
    }
    let is_same = args.command.is_some() && args.latency.as_deref() == Some("same");
    let latency = args.latency.as_deref().filter(|_| !is_same);
    let request = pace::Request {
        tenant: args.tenant.as_deref().map(|it| fields::value("--tenant", it)).transpose()?,
        throughput: args.throughput.and_then(Number::new),
        when_busy: args.when_busy,
        latency: latency.map(|it| fields::value("--latency", it)).transpose()?,
        profile: args
            .device
            .as_deref()
            .map(|it| fields::value("--device", if it == "none" { "" } else { it }))
            .transpose()?,
        connections: args.connections.and_then(Number::new),
        sessions: args.sessions.and_then(Number::new),
        slots: args.slots.and_then(Number::new),
        command: args.command.as_ref().map(|it| fields::value("--command", &it.to_ascii_uppercase())).transpose()?,
    };
    let told = client.call(request).await?;
    let throughput = told.throughput.map(Number::value);
    let latency = told.latency.as_ref().map(fields::text);
    let when_busy = match told.when_busy {
        WhenBusy::Queue => "queue",
        WhenBusy::Refuse => "refuse",
    };
    let commands = told.commands.as_ref().map(|it| fields::list(it.as_str())).unwrap_or_default();
    let commands: BTreeMap<&str, &str> = commands.iter().filter_map(|it| it.split_once('/')).collect();
    let value = json!({
        "tenant": args.tenant, "throughput": throughput, "when_busy": when_busy, "latency_us": latency,
        "command_latency_us": commands, "device": told.profile.as_ref().map(Text::as_str),
        "connections": told.connections.map(Number::value), "sessions": told.sessions.map(Number::value),
        "slots": told.slots.map(Number::value),
    });
    output.show(&value, || {
        let whose = args.tenant.as_ref().map_or_else(|| "the HSM".to_owned(), |tenant| format!("tenant {tenant}"));
        let rate = throughput.map_or_else(
            || "as many commands as come".to_owned(),
            |rate| {
                let busy = if told.when_busy == WhenBusy::Queue { "others wait" } else { "others are refused as busy" };
                format!("{rate} commands a second, {busy}")
            },
        );
        let latency = latency.map_or_else(String::new, |latency| format!(", each {latency} us longer"));
        let own: String = commands.iter().map(|(name, latency)| format!(", {name} {latency} us longer")).collect();
        let limits = [
            told.connections.map(|most| format!(", {} connections", most.value())),
            told.sessions.map(|most| format!(", {} sessions", most.value())),
            told.slots.map(|most| format!(", {} slots", most.value())),
        ];
        let limits: String = limits.into_iter().flatten().collect();
        let profile = told.profile.as_ref().map_or_else(String::new, |name| format!(" (device {})", name.as_str()));
        format!("{whose}{profile}: {rate}{latency}{own}{limits}\n")
    })
}

async fn profiles(client: &Client, output: &Output) -> Result<(), Failure> {
    const NAMES: [&str; 7] = ["device", "commands/s", "when busy", "latency us", "connections", "sessions", "slots"];
    let told = client.call(list_profiles::Request {}).await?;
    let lines = fields::list(told.list.as_str());
    let mut rows: Vec<Vec<String>> = lines.iter().map(|line| line.split('/').map(str::to_owned).collect()).collect();
    for row in &mut rows {
        if let Some(busy) = row.get_mut(2) {
            *busy = if busy == WhenBusy::Queue.code() { "wait" } else { "refuse" }.to_owned();
        }
    }
    let value: Vec<serde_json::Map<String, serde_json::Value>> = rows
        .iter()
        .map(|row| {
            NAMES.iter().zip(row).map(|(name, cell)| ((*name).replace(' ', "_"), cell.as_str().into())).collect()
        })
        .collect();
    rows.insert(0, NAMES.map(str::to_owned).to_vec());
    output.show(&value, || columns(&rows))
}
