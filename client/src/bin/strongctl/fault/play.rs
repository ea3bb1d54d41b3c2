//! `strongctl fault play`: a file of faults, each with its time, added all at once.

use std::path::{Path, PathBuf};

use client::Client;
use protocol::command::behaviour::{add_fault, remove_fault};
use protocol::field::number::Number;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::{Output, columns};

#[derive(Debug, clap::Args)]
pub(crate) struct Play {
    /// The file: tables [[fault]] as in the HSM's configuration, with kind, for, after, tenant, command, percent, delay, error and
    /// seed
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Option<String>,
    #[serde(default)]
    fault: Vec<toml::Table>,
}

/// A file that was read.
#[derive(Debug)]
pub(super) struct Script {
    title: Option<String>,
    faults: Vec<add_fault::Request>,
}

impl Script {
    fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        Self::parse(&text).map_err(|failure| failure.at(&path.display().to_string()))
    }

    fn parse(text: &str) -> Result<Self, Failure> {
        let file: File = toml::from_str(text).map_err(|error| Failure::usage(error.to_string()))?;
        if file.fault.is_empty() {
            return Err(Failure::usage("no fault: add a table [[fault]] with a `kind`"));
        }
        let faults = file.fault.iter().enumerate();
        let faults = faults.map(|(index, table)| fault(table).map_err(|failure| failure.at(&number(index))));
        Ok(Self { title: file.title, faults: faults.collect::<Result<_, _>>()? })
    }

    /// Seconds until the last of them is over.
    fn seconds(&self) -> u32 {
        self.faults.iter().map(|fault| begins(fault) + fault.seconds.value()).max().unwrap_or(0)
    }
}

fn number(index: usize) -> String {
    format!("fault {}", index + 1)
}

fn begins(fault: &add_fault::Request) -> u32 {
    fault.after.map_or(0, Number::value)
}

fn fault(table: &toml::Table) -> Result<add_fault::Request, Failure> {
    let text = |(key, value): (&String, &toml::Value)| match value {
        toml::Value::String(text) => Ok((key.clone(), text.clone())),
        toml::Value::Integer(number) => Ok((key.clone(), number.to_string())),
        toml::Value::Float(number) => Ok((key.clone(), number.to_string())),
        toml::Value::Boolean(_) | toml::Value::Datetime(_) | toml::Value::Array(_) | toml::Value::Table(_) => {
            Err(Failure::usage(format!("{key}: a text or a number is needed")))
        }
    };
    let settings: Vec<(String, String)> = table.iter().map(text).collect::<Result<_, _>>()?;
    let settings = settings.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    add_fault::Request::from_settings(settings).map_err(|wrong| Failure::usage(wrong.to_string()))
}

/// Adds all of them, or none.
pub(super) async fn run(client: &Client, args: &Play, output: &Output) -> Result<(), Failure> {
    let script = Script::read(&args.file)?;
    let mut added = Vec::new();
    for (index, fault) in script.faults.iter().enumerate() {
        match client.call(fault.clone()).await {
            Ok(told) => added.push(told.fault),
            Err(error) => {
                for fault in added {
                    // What cannot be ended now ends by itself.
                    let _ = client.call(remove_fault::Request { fault: Some(fault) }).await;
                }
                let place = format!("{}: {}, so none was added", args.file.display(), number(index));
                return Err(Failure::from(error).at(&place));
            }
        }
    }
    let rows = script.faults.iter().zip(&added);
    let values: Vec<Value> = rows
        .clone()
        .map(|(fault, number)| {
            json!({
                "fault": number.value(), "kind": fault.kind.name(), "begins_in_seconds": begins(fault),
                "ends_in_seconds": begins(fault) + fault.seconds.value(),
            })
        })
        .collect();
    let seconds = script.seconds();
    output.show(&json!({ "title": script.title, "faults": values, "seconds": seconds }), || {
        let mut lines = vec![["fault", "kind", "begins in", "ends in"].map(str::to_owned).to_vec()];
        lines.extend(rows.map(|(fault, number)| {
            let (begins, ends) = (begins(fault), begins(fault) + fault.seconds.value());
            vec![number.value().to_string(), fault.kind.name().to_owned(), format!("{begins} s"), format!("{ends} s")]
        }));
        let title = script.title.as_ref().map(|title| format!("{title}: ")).unwrap_or_default();
        let count = added.len();
        format!("{title}{count} faults, over in {seconds} s; strongctl fault remove ends all now\n{}", columns(&lines))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_a_list_of_faults_with_their_times() {
        let script = Script::parse(
            "title = \"t\"\n[[fault]]\nkind = \"lose\"\npercent = 0.5\n[[fault]]\nkind = \"away\"\nafter = 5\nfor = 90\n",
        );
        let script = script.expect("a script");
        assert_eq!((script.faults.len(), script.seconds()), (2, 95));
        assert_eq!(script.faults[0].per_thousand.map(Number::value), Some(5));
        for (text, told) in [
            ("", "no fault: add a table"),
            ("[[fault]]\nkind = \"lose\"\n[[fault]]\nkind = \"lost\"\n", "fault 2: kind: one of delay, "),
            ("[[fault]]\nkind = \"lose\"\npercent = true\n", "fault 1: percent: a text or a number"),
            ("faults = []\n", "TOML parse error"),
        ] {
            let failure = Script::parse(text).expect_err(text);
            assert!(failure.text().starts_with(told), "{}", failure.text());
        }
    }
}
