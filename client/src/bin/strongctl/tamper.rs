//! `strongctl tamper`.

use client::Client;
use protocol::command::admin::{status, tamper};
use serde_json::json;

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::Output;
use crate::profile::{self, Listener};
use crate::{fields, secret};

/// What it takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Tamper {
    /// Serial number of the HSM, to make sure; asked for on the terminal when absent
    #[arg(long, value_name = "TEXT")]
    serial: Option<String>,
}

/// Has the HSM wipe every key of every tenant.
pub(crate) async fn run(args: &Tamper, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let client = Client::connect(profile::options(connection, Listener::Administration)?).await?;
    let serial = match &args.serial {
        Some(serial) => serial.clone(),
        None if secret::is_attended() => {
            let told = client.call(status::Request {}).await?.serial;
            secret::ask(&format!(
                "This wipes every key of every tenant of {}. Its serial number again:",
                told.as_str()
            ))?
        }
        None => return Err(Failure::usage("this wipes every key of every tenant").next("--serial TEXT makes sure")),
    };
    let told = client.call(tamper::Request { serial: fields::value("--serial", &serial)? }).await?;
    let (major_keys, keys) = (told.major_keys.value(), told.keys.value());
    output.show(&json!({ "serial": serial, "major_keys": major_keys, "keys": keys }), || {
        format!("tamper event: {major_keys} major keys and {keys} stored keys are wiped\n")
    })
}
