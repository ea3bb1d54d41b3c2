//! `strongctl audit`: who did what.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use client::Client;
use protocol::audit::attested;
use protocol::command::admin::audit as device;
use protocol::command::audit::{head, read};
use protocol::field::number::Number;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::Output;
use crate::profile::{self, Listener};
use crate::{fields, session};

/// How often `follow` asks.
const INTERVAL: Duration = Duration::from_secs(1);

/// What to do with the audit log.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Show the last records
    Show(Show),
    /// Show records as they are made, until interrupted
    Follow(Source),
    /// Write all records to a file, a JSON object on each line
    Export {
        /// The file; - for standard output
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        source: Source,
    },
    /// Make sure that no record was changed or taken out
    ///
    /// Without FILE, the HSM's log is read to its end, which the HSM signs. With FILE, the exported records in it are
    /// checked, and that the last of them is still the HSM's.
    Verify {
        /// An exported file
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// Check the file by itself, without asking the HSM
        #[arg(long, requires = "file")]
        offline: bool,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// How many
    #[arg(long, value_name = "COUNT", default_value = "20", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    most: u32,
    #[command(flatten)]
    source: Source,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Source {
    /// The HSM's own log, from the administration address, instead of the tenant's
    #[arg(long)]
    device: bool,
}

/// A page of records, and the number of the last one there is.
struct Page {
    lines: Vec<String>,
    last: u32,
}

/// Does what is asked.
pub(crate) async fn run(verb: &Verb, connection: &Connection, output: &Output) -> Result<(), Failure> {
    match verb {
        Verb::Show(args) => {
            let log = Log::open(&args.source, connection).await?;
            let end = log.page(u32::MAX).await?.last;
            let lines = log.all_after(end.saturating_sub(args.most), end).await?;
            let values: Vec<Value> = lines.iter().map(|line| parsed(line)).collect::<Result<_, _>>()?;
            output.show(&values, || values.iter().map(render).collect())
        }
        Verb::Follow(source) => {
            let log = Log::open(source, connection).await?;
            let mut after = log.page(u32::MAX).await?.last;
            loop {
                let lines = log.all_after(after, u32::MAX).await?;
                for line in &lines {
                    let value = parsed(line)?;
                    output.show_line(&value, || render(&value))?;
                }
                after += u32::try_from(lines.len()).unwrap_or(0);
                tokio::time::sleep(INTERVAL).await;
            }
        }
        Verb::Export { file, source } => {
            let lines = Log::open(source, connection).await?.all_after(0, u32::MAX).await?;
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            let failed = |error| Failure::usage(format!("{}: {error}", file.display()));
            if file.as_os_str() == "-" {
                return std::io::stdout().lock().write_all(text.as_bytes()).map_err(failed);
            }
            std::fs::write(file, text).map_err(failed)?;
            let (count, file) = (lines.len(), file.display().to_string());
            output.show(&json!({ "records": count, "file": file }), || format!("{count} records are in {file}\n"))
        }
        Verb::Verify { file: None, .. } => live(connection, output).await,
        Verb::Verify { file: Some(file), offline } => exported(file, *offline, connection, output).await,
    }
}

/// Where records are read from.
struct Log {
    client: Client,
    of_device: bool,
}

impl Log {
    async fn open(source: &Source, connection: &Connection) -> Result<Self, Failure> {
        let client = if source.device {
            Client::connect(profile::options(connection, Listener::Administration)?).await?
        } else {
            session::connect(connection).await?.0
        };
        Ok(Self { client, of_device: source.device })
    }

    async fn page(&self, after: u32) -> Result<Page, Failure> {
        let after = Number::new(after);
        let (records, last) = if self.of_device {
            let told = self.client.call(device::Request { after, most: None }).await?;
            (told.records, told.last)
        } else {
            let told = self.client.call(read::Request { after, most: None }).await?;
            (told.records, told.last)
        };
        let lines = records.iter().flat_map(|it| fields::list(it.as_str()));
        let lines = lines.map(|line| text(&line).ok_or_else(|| Failure::nonsense("a record that is not hexadecimal")));
        Ok(Page { lines: lines.collect::<Result<_, _>>()?, last: last.value() })
    }

    /// The records after one, up to another.
    async fn all_after(&self, mut after: u32, until: u32) -> Result<Vec<String>, Failure> {
        let mut all = Vec::new();
        while after < until {
            let lines = self.page(after).await?.lines;
            if lines.is_empty() {
                break;
            }
            after += u32::try_from(lines.len()).unwrap_or(0);
            all.extend(lines);
        }
        Ok(all)
    }
}

/// A chain of records as far as it was followed.
#[derive(Default)]
struct Chain {
    number: u64,
    digest: [u8; 32],
}

impl Chain {
    fn follow(&mut self, line: &str) -> Result<(), Failure> {
        let broken = |why: &str| {
            Failure::nonsense(format!("the audit log is not whole: record {}: {why}", self.number + 1))
                .next("records after the last good one cannot be trusted; compare with an earlier export")
        };
        let value = parsed(line).map_err(|_| broken("not a record"))?;
        if value["number"].as_u64() != Some(self.number + 1) {
            return Err(broken("another number stands in its place"));
        }
        if value["previous"].as_str() != Some(&fields::hex(&self.digest)) {
            return Err(broken("the record before it is not the one that it follows"));
        }
        self.number += 1;
        self.digest = Sha256::digest(line.as_bytes()).into();
        Ok(())
    }
}

async fn live(connection: &Connection, output: &Output) -> Result<(), Failure> {
    let log = Log::open(&Source { device: false }, connection).await?;
    let told = log.client.call(head::Request {}).await?;
    let (number, digest) = (told.number.value(), told.digest.bytes());
    let (Some(scheme), Some(signature)) = (told.scheme, &told.signature) else {
        return Err(Failure::nonsense("the HSM does not sign the end of its log"));
    };
    let message = attested(told.tenant.as_str(), number.into(), digest);
    let scheme = u16::try_from(scheme.value()).unwrap_or_default();
    log.client
        .verify(&message, scheme, signature.bytes())
        .map_err(|error| Failure::nonsense(format!("the end of the log is not proven: {error}")))?;
    let mut chain = Chain::default();
    for line in log.all_after(0, number).await?.iter().take(usize::try_from(number).unwrap_or(usize::MAX)) {
        chain.follow(line)?;
    }
    if chain.number != u64::from(number) || chain.digest != *digest {
        return Err(Failure::nonsense("the audit log does not end as the HSM signs that it does"));
    }
    verified(output, number.into(), told.tenant.as_str())
}

async fn exported(file: &Path, offline: bool, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let failed = |error| Failure::usage(format!("{}: {error}", file.display()));
    let mut chain = Chain::default();
    let mut last = String::new();
    for line in BufReader::new(File::open(file).map_err(failed)?).lines() {
        last = line.map_err(failed)?;
        chain.follow(&last)?;
    }
    let tenant = if last.is_empty() { String::new() } else { name(&parsed(&last)?) };
    if !offline && chain.number > 0 {
        let log = Log::open(&Source { device: tenant.is_empty() }, connection).await?;
        let number = u32::try_from(chain.number).unwrap_or(u32::MAX);
        if log.all_after(number - 1, number).await?.first() != Some(&last) {
            return Err(Failure::nonsense(format!("record {number} of the file is not record {number} of the HSM")));
        }
    }
    verified(output, chain.number, &tenant)
}

fn verified(output: &Output, number: u64, tenant: &str) -> Result<(), Failure> {
    let value = json!({ "whole": true, "records": number, "tenant": tenant });
    output.show(&value, || format!("the audit log is whole: {number} records\n"))
}

fn name(value: &Value) -> String {
    value["tenant"].as_str().unwrap_or_default().to_owned()
}

fn parsed(line: &str) -> Result<Value, Failure> {
    serde_json::from_str(line).map_err(|error| Failure::nonsense(format!("a record is not JSON: {error}")))
}

fn text(digits: &str) -> Option<String> {
    let mut bytes = vec![0; digits.len() / 2];
    protocol::hex::decode(digits.as_bytes(), &mut bytes).then(|| String::from_utf8(bytes).ok()).flatten()
}

/// One line for people.
fn render(value: &Value) -> String {
    let text = |name: &str| value[name].as_str().unwrap_or("-").to_owned();
    let who: Vec<&str> = value["identities"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let who = if who.is_empty() { "-".to_owned() } else { who.join("+") };
    let outcome = match value["error"].as_u64() {
        Some(error) => format!("refused ({error})"),
        None => "done".to_owned(),
    };
    let time = fields::time(value["time"].as_u64().unwrap_or_default());
    let what = match text("what") {
        nothing if nothing.is_empty() => nothing,
        what => format!(": {what}"),
    };
    format!("{} {time} {who} {} {outcome}{what}\n", value["number"], text("command"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<String> {
        let mut previous = [0; 32];
        let line = |number: u32| {
            let line = json!({ "number": number, "previous": fields::hex(&previous), "what": "something" }).to_string();
            previous = Sha256::digest(line.as_bytes()).into();
            line
        };
        (1..=4).map(line).collect()
    }

    fn follow<'a>(lines: impl IntoIterator<Item = &'a String>) -> Result<u64, String> {
        let mut chain = Chain::default();
        for line in lines {
            chain.follow(line).map_err(|failure| failure.text().to_owned())?;
        }
        Ok(chain.number)
    }

    #[test]
    fn a_changed_or_missing_record_breaks_the_chain() {
        let lines = lines();
        assert_eq!(follow(&lines), Ok(4));
        assert!(follow(&lines[1..]).is_err_and(|text| text.contains("record 1")));
        assert!(follow([&lines[0], &lines[2]]).is_err_and(|text| text.contains("record 2")));
        let changed = lines[1].replace("something", "nothing");
        assert!(follow([&lines[0], &changed, &lines[2]]).is_err_and(|text| text.contains("record 3")));
        assert!(follow([&lines[0], &"{".to_owned()]).is_err());
    }
}
