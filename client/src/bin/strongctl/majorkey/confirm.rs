//! Saying yes to a check value.

use client::Client;
use protocol::command::major_key::{confirm, show};
use protocol::field::code::CeremonyMethod;
use protocol::field::data::CheckDigits;
use protocol::permission::Permission;
use serde_json::json;

use super::ceremony::{self, Ceremony};
use crate::failure::Failure;
use crate::output::Output;
use crate::{fields, login, secret};

/// How the check value of the whole key is confirmed.
#[derive(Debug, clap::Args)]
pub(crate) struct Confirmation {
    /// Check value that the key must have; asked for on the terminal when absent
    #[arg(long, value_name = "HEX")]
    check_value: Option<String>,
    /// Accept whatever check values the HSM tells
    #[arg(long, conflicts_with = "check_value")]
    yes: bool,
}

impl Confirmation {
    /// The check value, if the user agrees that it is `told`.
    pub(super) fn agree(&self, told: &str, what: &str) -> Result<CheckDigits, Failure> {
        accept(self.check_value.as_deref(), self.yes, told, what)?;
        fields::value("check value", told)
    }

    pub(super) fn accepts_all(&self) -> bool {
        self.yes
    }
}

/// Makes sure that `told` is the check value that the user expects.
pub(super) fn accept(expected: Option<&str>, accepts_all: bool, told: &str, what: &str) -> Result<(), Failure> {
    match expected {
        Some(expected) if same(expected, told) => Ok(()),
        Some(expected) => Err(Failure::usage(format!("{what}: the check value is {told}, not {expected}"))
            .next("nothing was changed by this step; find out which of the two is wrong")),
        None if accepts_all => Ok(()),
        None if secret::is_attended() => {
            let answer = secret::ask(&format!("{what}: check value {told}. Is that right? [y/N]"))?;
            if ["y", "yes"].contains(&answer.to_ascii_lowercase().as_str()) {
                Ok(())
            } else {
                Err(Failure::usage(format!("{what}: not confirmed, nothing was changed by this step")))
            }
        }
        None => Err(Failure::usage(format!("{what}: the check value is {told}, and there is no terminal to ask on"))
            .next("give the check value that you expect, or --yes to accept any")),
    }
}

/// Whether the user may have written fewer digits than the HSM tells, or in lower case.
fn same(expected: &str, told: &str) -> bool {
    let (expected, told) = (expected.to_ascii_uppercase(), told.to_ascii_uppercase());
    expected.len() >= 4 && (told.starts_with(&expected) || expected.starts_with(&told))
}

/// Confirms a ceremony if it is complete and the session may; otherwise tells what is missing.
pub(super) async fn run(
    client: &Client,
    ceremony: &Ceremony,
    stand: &show::Response,
    confirmation: &Confirmation,
    output: &Output,
) -> Result<(), Failure> {
    let name = fields::major_key(stand.major_key);
    let Some(value) = stand.key_check_value.filter(|_| ceremony::is_complete(stand)) else {
        return output.show(&ceremony::json(stand), || missing(stand));
    };
    if !login::shown(client).await?.answer.permissions.contains(Permission::MajorKeysLoad) {
        return output.show(&ceremony::json(stand), || {
            let flag = name.to_ascii_lowercase();
            format!(
                "all is there, check value {value}; somebody with the permission {} goes on with\n  strongctl majorkey \
                 confirm --{flag}\n",
                Permission::MajorKeysLoad
            )
        });
    }
    let check_value = confirmation.agree(&value.to_string(), &format!("The whole {name}"))?;
    let confirmed = client.call(confirm::Request { ceremony: ceremony.id, check_value }).await?;
    let (key_type, value) = (fields::key_type(confirmed.key_type), confirmed.check_value.to_string());
    let (state, told) = match stand.method {
        CeremonyMethod::Backup => ("on cards", "is on the cards"),
        CeremonyMethod::Generated => ("loaded", "is on the cards and loaded"),
        CeremonyMethod::Components | CeremonyMethod::Fragments => ("loaded", "is loaded"),
    };
    output.show(&json!({ "major_key": name, "type": key_type, "check_value": value, "state": state }), || {
        format!("the {name} {told}: {key_type}, check value {value}\n")
    })
}

/// What is missing, and how to go on.
fn missing(stand: &show::Response) -> String {
    let name = fields::major_key(stand.major_key);
    let flag = name.to_ascii_lowercase();
    let (verb, what) = match stand.method {
        CeremonyMethod::Components => ("load", "components, each from another identity"),
        CeremonyMethod::Fragments => ("recombine", "cards of the set"),
        CeremonyMethod::Generated | CeremonyMethod::Backup => ("card", "cards are written"),
    };
    let total = stand.total.map_or_else(|| "?".to_owned(), |total| total.value().to_string());
    format!(
        "{} of {total} {what}; the next custodian goes on, within {} min, on a session of their own, with\n  strongctl \
         majorkey {verb} --{flag}\n",
        stand.done.value(),
        stand.seconds.value() / 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_values_agree_by_the_digits_that_both_have() {
        for (expected, told, agrees) in
            [("08d7", "08D7B4", true), ("08D7B4", "08D7", true), ("08", "08D7", false), ("08D8", "08D7B4", false)]
        {
            assert_eq!(same(expected, told), agrees, "{expected} {told}");
        }
    }
}
