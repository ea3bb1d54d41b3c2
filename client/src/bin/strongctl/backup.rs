//! `strongctl backup`: a tenant's keys and configuration in one file, under its BEK.

mod file;

use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use protocol::backup::Head;
use protocol::command::backup::{begin, create, finish, give, read};
use protocol::field::code::{BackupContents, Yes};
use protocol::field::data::Envelope;
use protocol::field::number::Number;
use serde_json::{Value, json};

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::{Output, columns};
use crate::{fields, session};

/// What to do with backups.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Write the tenant's keys, identities and roles to a file, sealed under its BEK
    Create(Create),
    /// Show what a file says of itself, without an HSM
    Show {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Put what a file holds in the place of what the tenant has; two identities must be logged in
    Restore(Restore),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    /// The file, which must not be there yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only the key table
    #[arg(long, conflicts_with = "configuration")]
    keys: bool,
    /// Only identities and roles
    #[arg(long)]
    configuration: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace keys that are in the key table
    #[arg(long)]
    overwrite: bool,
}

/// Does what is asked.
pub(crate) async fn run(verb: &Verb, connection: &Connection, output: &Output) -> Result<(), Failure> {
    match verb {
        Verb::Create(args) => make(args, connection, output).await,
        Verb::Show { file } => {
            let head = file::Reader::open(file)?.head;
            output.show(&value(&head), || render(&head))
        }
        Verb::Restore(args) => restore(args, connection, output).await,
    }
}

async fn make(args: &Create, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let (client, _) = session::connect(connection).await?;
    let contents = match (args.keys, args.configuration) {
        (true, _) => BackupContents::Keys,
        (_, true) => BackupContents::Configuration,
        (false, false) => BackupContents::All,
    };
    let made = client.call(create::Request { contents: Some(contents) }).await?;
    let head = Head::decode(made.head.bytes()).map_err(|error| Failure::nonsense(error.to_string()))?;
    let mut written = file::Writer::create(&args.file, &head)?;
    let bar = progress(head.parts);
    for number in 1..=head.parts {
        let number = Number::new(number).ok_or_else(|| Failure::nonsense("a backup of too many parts"))?;
        let part = client.call(read::Request { number }).await?.part;
        written.part(part.bytes())?;
        bar.inc(1);
    }
    written.finish()?;
    bar.finish_and_clear();
    output.show(&value(&head), || {
        let bek = fields::hex(&head.bek);
        format!("{} items are in {}, under the BEK with check value {bek}\n", head.items, args.file.display())
    })
}

async fn restore(args: &Restore, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let mut file = file::Reader::open(&args.file)?;
    // A file that is cut off is found before the HSM is asked.
    file.check()?;
    let (client, place) = session::connect(connection).await?;
    client.call(begin::Request { head: Envelope::new(&file.head.encode()) }).await?;
    let bar = progress(file.head.parts);
    for number in 1..=file.head.parts {
        let part = Envelope::new(&file.part()?);
        let number = Number::new(number).ok_or_else(|| Failure::usage("a backup of too many parts"))?;
        client.call(give::Request { number, part }).await?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let told = client.call(finish::Request { overwrite: args.overwrite.then_some(Yes::Yes) }).await?;
    let (keys, identities, roles) = (told.keys.value(), told.identities.value(), told.roles.value());
    if file.head.configuration {
        place.forget();
    }
    output.show(&json!({ "keys": keys, "identities": identities, "roles": roles }), || {
        let ended = if file.head.configuration { "; every session has ended, log in again" } else { "" };
        format!("restored: {keys} keys, {identities} identities, {roles} roles{ended}\n")
    })
}

fn value(head: &Head) -> Value {
    json!({
        "tenant": head.tenant,
        "created": head.created,
        "keys": head.keys,
        "configuration": head.configuration,
        "items": head.items,
        "parts": head.parts,
        "bek": fields::hex(&head.bek),
    })
}

fn render(head: &Head) -> String {
    let contents = match (head.keys, head.configuration) {
        (true, true) => "keys, identities and roles",
        (true, false) => "keys",
        (false, _) => "identities and roles",
    };
    let rows = [
        ("tenant", head.tenant.clone()),
        ("made", fields::time(head.created)),
        ("holds", format!("{contents}: {} items", head.items)),
        ("BEK", format!("check value {}", fields::hex(&head.bek))),
    ];
    columns(&rows.map(|(name, value)| vec![name.to_owned(), value]))
}

fn progress(parts: u32) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} part {pos} of {len}, {eta} left");
    ProgressBar::new(parts.into()).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
