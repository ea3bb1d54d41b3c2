//! `strongctl majorkey`: the ceremonies that load major keys.

mod cards;
mod ceremony;
mod change;
mod components;
mod confirm;
mod status;

use std::path::PathBuf;

use protocol::command::major_key::{abort, clear, generate};
use protocol::field::Value as _;
use protocol::field::code::{KeyTypeCode, MajorKeySelector, Yes};
use protocol::field::data::SetId;
use serde_json::json;

use crate::args::Connection;
use crate::card::Reader;
use crate::failure::Failure;
use crate::output::Output;
use crate::{fields, session};
use confirm::Confirmation;

/// What to do with major keys.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Show which major keys are loaded, and the ceremonies under way
    Status,
    /// Generate a major key inside the HSM; with --fragments-required and --fragments-total, onto cards at once
    Random(Random),
    /// Load a major key from components that custodians type in; begins a ceremony, or goes on with the one under way
    Load(Load),
    /// Load a major key from fragments on cards; begins a ceremony, or goes on with the one under way
    Recombine(Recombine),
    /// Take a major key that is loaded onto cards
    Split(Split),
    /// Take one fragment onto a card, in a ceremony that somebody else has begun
    Card(Take),
    /// Confirm a ceremony by the check value of its key, which puts the key into use
    Confirm(Confirm),
    /// End a ceremony; all that was given is wiped
    Abort(Which),
    /// Seal the stored keys under the pending FTK, before the switch to it
    TranslateStored,
    /// Put the pending major key into use; the former one stays to translate what hosts hold
    Switch(Confirm),
    /// Wipe the pending major key
    Discard(Confirm),
    /// Translate a key that a host holds, or a file of them, to the pending major key, or from the former one
    Translate(change::Translate),
    /// Wipe the former major key; what hosts still hold under it is lost
    Retire(Confirm),
    /// Wipe every major key and every stored key of the tenant
    Zeroize(change::Zeroize),
    /// Clear a major key; what it wraps can be used again once the same key is loaded again
    Clear(Confirm),
}

/// Which major key.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Which {
    /// Which major key: mfk, kek, bek, scek, ftk or pmk
    #[arg(long = "key", value_name = "NAME", value_parser = by_name)]
    name: Option<MajorKeySelector>,
    /// The MFK, Master File Key
    #[arg(long)]
    mfk: bool,
    /// The KEK, for key exchange
    #[arg(long)]
    kek: bool,
    /// The BEK, Backup Encryption Key
    #[arg(long)]
    bek: bool,
    /// The SCEK, Smart Card Encryption Key
    #[arg(long)]
    scek: bool,
    /// The FTK, which wraps the keys of PKCS #11 and of the key table
    #[arg(long)]
    ftk: bool,
    /// The PMK, Platform Master Key
    #[arg(long)]
    pmk: bool,
}

impl Which {
    fn selector(&self) -> MajorKeySelector {
        let flags = [
            (self.mfk, MajorKeySelector::Mfk),
            (self.kek, MajorKeySelector::Kek),
            (self.bek, MajorKeySelector::Bek),
            (self.scek, MajorKeySelector::Scek),
            (self.ftk, MajorKeySelector::Ftk),
        ];
        let flagged = flags.iter().find(|(is_set, _)| *is_set).map(|(_, selector)| *selector);
        // Exactly one is given.
        self.name.or(flagged).unwrap_or(MajorKeySelector::Pmk)
    }
}

fn by_name(name: &str) -> Result<MajorKeySelector, String> {
    let found = MajorKeySelector::ALL.iter().find(|it| fields::major_key(**it).eq_ignore_ascii_case(name));
    found.copied().ok_or_else(|| "one of mfk, kek, bek, scek, ftk, pmk".to_owned())
}

fn set(digits: &str) -> Result<SetId, String> {
    SetId::parse(digits.as_bytes()).map_err(str::to_owned)
}

fn key_type(name: &str) -> Result<KeyTypeCode, String> {
    match name.to_ascii_lowercase().as_str() {
        "aes-128" => Ok(KeyTypeCode::Aes128),
        "aes-192" => Ok(KeyTypeCode::Aes192),
        "aes-256" => Ok(KeyTypeCode::Aes256),
        "2-key-tdes" => Ok(KeyTypeCode::Tdes2),
        "3-key-tdes" => Ok(KeyTypeCode::Tdes3),
        _ => Err("one of aes-128, aes-192, aes-256, 2-key-tdes, 3-key-tdes".to_owned()),
    }
}

/// Where the key is to stand.
#[derive(Debug, clap::Args)]
pub(crate) struct Standing {
    /// Load it beside the one in use, to switch to it later
    #[arg(long)]
    pending: bool,
}

impl Standing {
    fn pending(&self) -> Option<Yes> {
        self.pending.then_some(Yes::Yes)
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Random {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    standing: Standing,
    /// Algorithm and length [default: aes-256; 3-key-tdes for the MFK]
    #[arg(long = "type", value_name = "TYPE", value_parser = key_type)]
    key_type: Option<KeyTypeCode>,
    /// Cards that are needed to recombine the key, 2 to 9
    #[arg(long, value_name = "M", requires = "total", value_parser = clap::value_parser!(u32).range(2..=9))]
    fragments_required: Option<u32>,
    /// Cards in all, 2 to 9
    #[arg(id = "total", long = "fragments-total", value_name = "N", requires = "fragments_required", value_parser = clap::value_parser!(u32).range(2..=9))]
    total: Option<u32>,
    #[command(flatten)]
    reader: Reader,
    #[command(flatten)]
    confirmation: Confirmation,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Load {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    standing: Standing,
    /// Algorithm and length [default: aes-256; 3-key-tdes for the MFK]
    #[arg(long = "type", value_name = "TYPE", value_parser = key_type)]
    key_type: Option<KeyTypeCode>,
    /// Components that there are, 2 to 9; not needed for a ceremony that is under way
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=9))]
    components: Option<u32>,
    /// File with a component in hexadecimal, instead of typing it; once for each
    #[arg(long, value_name = "FILE")]
    component_file: Vec<PathBuf>,
    /// Check value that the component must have; once for each
    #[arg(long, value_name = "HEX")]
    component_check_value: Vec<String>,
    #[command(flatten)]
    confirmation: Confirmation,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Recombine {
    #[command(flatten)]
    which: Which,
    /// The set to recombine, where cards hold several of this key; 16 hexadecimal digits, as `card show` lists them
    #[arg(long, value_name = "SET", value_parser = set)]
    set: Option<SetId>,
    #[command(flatten)]
    standing: Standing,
    #[command(flatten)]
    reader: Reader,
    #[command(flatten)]
    confirmation: Confirmation,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Split {
    #[command(flatten)]
    which: Which,
    /// Cards that are needed to recombine the key, 2 to 9
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u32).range(2..=9))]
    fragments_required: u32,
    /// Cards in all, 2 to 9
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=9))]
    fragments_total: u32,
    #[command(flatten)]
    reader: Reader,
    #[command(flatten)]
    confirmation: Confirmation,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Take {
    #[command(flatten)]
    which: Which,
    /// Which fragment; the lowest that nobody has taken when absent
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=9))]
    number: Option<u32>,
    #[command(flatten)]
    reader: Reader,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Confirm {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    confirmation: Confirmation,
}

/// Does what is asked.
pub(crate) async fn run(verb: &Verb, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let (client, _) = session::connect(connection).await?;
    match verb {
        Verb::Status => status::run(&client, output).await,
        Verb::Random(args) => match (args.fragments_required, args.total) {
            (Some(required), Some(total)) => cards::random(&client, args, (required, total), output).await,
            (Some(_) | None, _) => random(&client, args, output).await,
        },
        Verb::Load(args) => components::run(&client, args, output).await,
        Verb::Recombine(args) => cards::recombine(&client, args, output).await,
        Verb::Split(args) => cards::split(&client, args, output).await,
        Verb::Card(args) => cards::one(&client, args, output).await,
        Verb::Confirm(args) => {
            let (ceremony, stand) = ceremony::under_way(&client, args.which.selector()).await?;
            confirm::run(&client, &ceremony, &stand, &args.confirmation, output).await
        }
        Verb::TranslateStored => change::stored(&client, output).await,
        Verb::Switch(args) => change::switch(&client, args, output).await,
        Verb::Discard(args) => change::discard(&client, args, output).await,
        Verb::Translate(args) => change::translate(&client, args, output).await,
        Verb::Retire(args) => change::retire(&client, args, output).await,
        Verb::Zeroize(args) => change::zeroize(&client, args, output).await,
        Verb::Abort(which) => {
            let (ceremony, _) = ceremony::under_way(&client, which.selector()).await?;
            client.call(abort::Request { ceremony: ceremony.id }).await?;
            let name = fields::major_key(which.selector());
            output.show(&json!({ "major_key": name, "aborted": true }), || {
                format!("the ceremony for the {name} is aborted; nothing is left of it\n")
            })
        }
        Verb::Clear(args) => {
            let (selector, name) = (args.which.selector(), fields::major_key(args.which.selector()));
            let loaded = status::check_value(&client, name, "loaded").await?;
            let value = args.confirmation.agree(&loaded, &format!("Clear the {name}"))?;
            client.call(clear::Request { major_key: selector, check_value: value }).await?;
            output.show(&json!({ "major_key": name, "cleared": true, "check_value": loaded }), || {
                format!("the {name} with check value {loaded} is cleared\n")
            })
        }
    }
}

async fn random(client: &client::Client, args: &Random, output: &Output) -> Result<(), Failure> {
    let request = generate::Request {
        major_key: args.which.selector(),
        key_type: args.key_type,
        pending: args.standing.pending(),
    };
    let made = client.call(request).await?;
    let (name, value) = (fields::major_key(made.major_key), made.check_value.to_string());
    let (key_type, state) = (fields::key_type(made.key_type), if args.standing.pending { "pending" } else { "loaded" });
    output.show(&json!({ "major_key": name, "type": key_type, "check_value": value, "state": state }), || {
        format!("the {name} is generated and {state}: {key_type}, check value {value}\n")
    })
}
