//! `strongctl pace`: how fast the HSM or a tenant works, over administration.

use client::Client;
use protocol::command::behaviour::pace;
use protocol::field::code::WhenBusy;
use protocol::field::number::Number;
use serde_json::json;

use crate::args::Connection;
use crate::failure::Failure;
use crate::fields;
use crate::output::Output;
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
    /// How much longer every command takes, in microseconds: 500, 200-900 for any between, ~500 for an exponential mean, 0 for no
    /// longer
    #[arg(long, value_name = "MICROSECONDS")]
    latency: Option<String>,
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
    let request = pace::Request {
        tenant: args.tenant.as_deref().map(|it| fields::value("--tenant", it)).transpose()?,
        throughput: args.throughput.and_then(Number::new),
        when_busy: args.when_busy,
        latency: args.latency.as_deref().map(|it| fields::value("--latency", it)).transpose()?,
    };
    let told = client.call(request).await?;
    let throughput = told.throughput.map(Number::value);
    let latency = told.latency.as_ref().map(fields::text);
    let when_busy = match told.when_busy {
        WhenBusy::Queue => "queue",
        WhenBusy::Refuse => "refuse",
    };
    let value = json!({
        "tenant": args.tenant, "throughput": throughput, "when_busy": when_busy, "latency_us": latency,
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
        format!("{whose}: {rate}{latency}\n")
    })
}
