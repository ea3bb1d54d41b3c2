//! `strongctl fault`: faults that are made on purpose, over administration.

mod play;

use client::Client;
use protocol::command::behaviour::{add_fault, list_faults, remove_fault};
use protocol::fault;
use protocol::field::Value as _;
use protocol::field::code::FaultKind;
use protocol::field::number::Number;
use serde_json::{Value, json};

use crate::args::Connection;
use crate::failure::Failure;
use crate::fields;
use crate::output::{Output, columns};
use crate::profile::{self, Listener};

/// What to do with faults.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Add one
    Add(Box<Add>),
    /// Add those of a file, each with its time
    Play(play::Play),
    /// List them
    List,
    /// End one, or all
    Remove(Remove),
    /// List the kinds
    Kinds,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// What happens; `strongctl fault kinds` lists the kinds
    #[arg(value_name = "KIND", value_parser = FaultKind::named)]
    kind: FaultKind,
    /// Seconds that it lasts; it ends by itself
    #[arg(long = "for", value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    seconds: u32,
    /// Seconds until it begins
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(0..=86_400))]
    after: Option<u32>,
    /// Only for this tenant
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// Only for this command
    #[arg(long, value_name = "NAME")]
    command: Option<String>,
    /// How many commands of a hundred it strikes, in steps of 0.1
    #[arg(long, value_name = "PERCENT", value_parser = fault::percent)]
    percent: Option<Number<1, 1000>>,
    /// The delay in microseconds: 500, 200-900 for any between, ~500 for an exponential mean
    #[arg(long, value_name = "MICROSECONDS")]
    delay: Option<String>,
    /// Number of the error to answer
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(100..=999))]
    error: Option<u32>,
    /// Chooses which commands are struck
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u32>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Remove {
    /// Its number, as `fault list` tells it; all when absent
    #[arg(value_name = "NUMBER")]
    number: Option<u32>,
}

/// Does what is asked.
pub(crate) async fn run(verb: &Verb, connection: &Connection, output: &Output) -> Result<(), Failure> {
    if let Verb::Kinds = verb {
        let names: Vec<&str> = FaultKind::ALL.iter().map(|kind| kind.name()).collect();
        let what = FaultKind::CODES.iter().map(|(_, what)| what.trim());
        let rows: Vec<Vec<String>> =
            names.iter().zip(what).map(|(name, what)| vec![(*name).to_owned(), what.to_owned()]).collect();
        return output.show(&names, || columns(&rows));
    }
    let client = Client::connect(profile::options(connection, Listener::Administration)?).await?;
    match verb {
        Verb::Add(args) => add(&client, args, output).await,
        Verb::Play(args) => play::run(&client, args, output).await,
        Verb::Remove(args) => {
            let request = remove_fault::Request { fault: args.number.and_then(Number::new) };
            let ended = client.call(request).await?.faults.value();
            output.show(&json!({ "ended": ended }), || format!("{ended} faults are ended\n"))
        }
        Verb::List => list(&client, output).await,
        Verb::Kinds => Ok(()),
    }
}

async fn add(client: &Client, args: &Add, output: &Output) -> Result<(), Failure> {
    let named = |name: &str, text: &Option<String>| text.as_deref().map(|it| fields::value(name, it)).transpose();
    let request = add_fault::Request {
        kind: args.kind,
        seconds: Number::new(args.seconds).ok_or_else(|| Failure::usage("--for: 1 to 86400 seconds"))?,
        after: args.after.and_then(Number::new),
        tenant: named("--tenant", &args.tenant)?,
        command: args.command.as_ref().map(|it| fields::value("--command", &it.to_ascii_uppercase())).transpose()?,
        per_thousand: args.percent,
        delay: args.delay.as_deref().map(|it| fields::value("--delay", it)).transpose()?,
        error: args.error.and_then(Number::new),
        seed: args.seed.and_then(Number::new),
    };
    let number = client.call(request).await?.fault.value();
    let seconds = args.seconds;
    output.show(&json!({ "fault": number, "seconds": seconds }), || {
        format!(
            "fault {number} is added and ends in {} s; strongctl fault remove {number} ends it now\n",
            seconds + args.after.unwrap_or(0)
        )
    })
}

async fn list(client: &Client, output: &Output) -> Result<(), Failure> {
    let told = client.call(list_faults::Request {}).await?;
    let lines = told.list.as_ref().map(|list| fields::list(list.as_str())).unwrap_or_default();
    let mut rows = vec![
        ["fault", "kind", "tenant", "command", "percent", "begins in", "ends in", "struck"].map(str::to_owned).to_vec(),
    ];
    let mut values: Vec<Value> = Vec::new();
    for line in &lines {
        let parts: Vec<&str> = line.split('/').collect();
        let [number, kind, tenant, command, per_thousand, begins, ends, struck] = parts.as_slice() else { continue };
        let name = FaultKind::parse(kind.as_bytes()).map_or(*kind, |kind| kind.name());
        let percent = per_thousand.parse::<u32>().map_or(0.0, |it| f64::from(it) / 10.0);
        values.push(json!({
            "fault": number.parse::<u32>().ok(), "kind": name, "tenant": tenant, "command": command, "percent": percent,
            "begins_in_seconds": begins.parse::<u64>().ok(), "ends_in_seconds": ends.parse::<u64>().ok(),
            "struck": struck.parse::<u64>().ok(),
        }));
        let percent = percent.to_string();
        let (begins, ends) = (format!("{begins} s"), format!("{ends} s"));
        rows.push([number, name, tenant, command, &percent, &begins, &ends, struck].map(str::to_owned).to_vec());
    }
    output.show(&values, || if values.is_empty() { "no faults\n".to_owned() } else { columns(&rows) })
}
