//! `strongctl card`: smart cards, and the reader that ceremonies use.

mod reader;

use std::path::PathBuf;

use client::card::{self, Card, CardError};
use protocol::fragment::Facts;
use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;
use crate::fields;
use crate::output::{Output, columns};
use crate::secret::Secrets;
pub(crate) use reader::{Reader, Slot, folder};

/// What to do with cards.
///
/// A card is a file that a PIN protects, in a folder that stands for the reader. It counts wrong PINs and is blocked after
/// ten; a copy of the file has a counter of its own, so keep the folder as you would keep the cards.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Make an empty card
    Format(Format),
    /// List the cards of a folder, without their PINs
    List(Folder),
    /// Show what a card holds, without its PIN and without the fragments themselves
    Show(Name),
    /// Change a card's PIN
    ChangePin(ChangePin),
    /// Forget a fragment that a card holds
    Forget(Forget),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Folder {
    /// Folder of the cards [default: ~/.local/share/strongroom/cards]
    #[arg(long, value_name = "DIR")]
    cards: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Name {
    /// The card
    #[arg(value_name = "CARD")]
    name: String,
    #[command(flatten)]
    folder: Folder,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Format {
    #[command(flatten)]
    card: Name,
    /// What to write on it
    #[arg(long, value_name = "TEXT", default_value = "")]
    label: String,
    /// File with the PIN, instead of typing it
    #[arg(long, value_name = "FILE")]
    pin_file: Vec<PathBuf>,
    /// Format a card that is there already; all that it holds is lost
    #[arg(long)]
    erase: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ChangePin {
    #[command(flatten)]
    card: Name,
    /// File with the PIN as it is
    #[arg(long, value_name = "FILE")]
    pin_file: Vec<PathBuf>,
    /// File with the new PIN
    #[arg(long, value_name = "FILE")]
    new_pin_file: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Forget {
    #[command(flatten)]
    card: Name,
    /// Which set, as `card show` tells it
    #[arg(long, value_name = "HEX")]
    set: String,
    /// File with the PIN, instead of typing it
    #[arg(long, value_name = "FILE")]
    pin_file: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Shown {
    card: String,
    serial: String,
    label: String,
    tries_left: u8,
    fragments: Vec<Held>,
}

#[derive(Serialize)]
struct Held {
    major_key: &'static str,
    #[serde(rename = "type")]
    key_type: &'static str,
    number: u8,
    required: u8,
    total: u8,
    set: String,
    /// Seconds since 1970.
    created: u64,
}

/// Does what is asked.
pub(crate) fn run(verb: &Verb, output: &Output) -> Result<(), Failure> {
    match verb {
        Verb::Format(args) => {
            let path = args.card.path()?;
            let pin =
                Secrets::new(&args.pin_file, "--pin-file").next_new(&format!("PIN for card {}", args.card.name))?;
            let made = Card::format(&path, &args.label, &pin, args.erase)?;
            let value = json!({ "card": args.card.name, "serial": made.card().serial(), "file": path });
            output.show(&value, || {
                format!("card {} is made, serial {}: {}\n", args.card.name, made.card().serial(), path.display())
            })
        }
        Verb::List(folder_of) => list(folder_of, output),
        Verb::Show(name) => {
            let shown = shown(&name.name, &Card::insert(&name.path()?)?);
            output.show(&shown, || render(&shown))
        }
        Verb::ChangePin(args) => {
            let card = Card::insert(&args.card.path()?)?;
            let name = &args.card.name;
            let pin = Secrets::new(&args.pin_file, "--pin-file").next(&format!("PIN of card {name}"))?;
            let mut open = card.open(&pin)?;
            let new =
                Secrets::new(&args.new_pin_file, "--new-pin-file").next_new(&format!("New PIN of card {name}"))?;
            open.change_pin(&new)?;
            output.show(&json!({ "card": name, "changed": true }), || format!("the PIN of card {name} is changed\n"))
        }
        Verb::Forget(args) => {
            let name = &args.card.name;
            let mut set = [0; 8];
            if !protocol::hex::decode(args.set.as_bytes(), &mut set) {
                return Err(Failure::usage("--set takes 16 hexadecimal digits").next("strongctl card show tells them"));
            }
            let card = Card::insert(&args.card.path()?)?;
            let pin = Secrets::new(&args.pin_file, "--pin-file").next(&format!("PIN of card {name}"))?;
            card.open(&pin)?.forget(set)?;
            output.show(&json!({ "card": name, "forgotten": args.set }), || {
                format!("card {name} has forgotten its fragment of set {}\n", args.set)
            })
        }
    }
}

impl Name {
    fn path(&self) -> Result<PathBuf, Failure> {
        Ok(card::path(&folder(self.folder.cards.as_deref())?, &self.name)?)
    }
}

fn list(args: &Folder, output: &Output) -> Result<(), Failure> {
    let folder = folder(args.cards.as_deref())?;
    let mut rows = vec![["card", "serial", "label", "fragments", "tries left"].map(str::to_owned).to_vec()];
    let mut values = Vec::new();
    for name in if folder.is_dir() { card::names(&folder)? } else { Vec::new() } {
        match card::path(&folder, &name).and_then(|path| Card::insert(&path)) {
            Ok(card) => {
                let shown = shown(&name, &card);
                let count = shown.fragments.len().to_string();
                rows.push(vec![name, shown.serial.clone(), shown.label.clone(), count, shown.tries_left.to_string()]);
                values.push(json!(shown));
            }
            Err(error) => {
                rows.push(vec![name.clone(), String::new(), error.to_string()]);
                values.push(json!({ "card": name, "error": error.to_string() }));
            }
        }
    }
    output.show(
        &values,
        || {
            if values.is_empty() { format!("no card in {}\n", folder.display()) } else { columns(&rows) }
        },
    )
}

fn shown(name: &str, card: &Card) -> Shown {
    Shown {
        card: name.to_owned(),
        serial: card.serial().to_owned(),
        label: card.label().to_owned(),
        tries_left: card.tries_left(),
        fragments: card.facts().map(Held::from).collect(),
    }
}

impl From<Facts> for Held {
    fn from(facts: Facts) -> Self {
        Self {
            major_key: fields::major_key(facts.major_key),
            key_type: fields::key_type(facts.key_type),
            number: facts.number,
            required: facts.required,
            total: facts.total,
            set: fields::hex(&facts.set),
            created: facts.created,
        }
    }
}

fn render(shown: &Shown) -> String {
    let left = shown.tries_left.to_string();
    let facts = [("card", &shown.card), ("serial", &shown.serial), ("label", &shown.label), ("tries left", &left)];
    let mut rows: Vec<Vec<String>> =
        facts.into_iter().map(|(name, value)| vec![name.to_owned(), value.clone()]).collect();
    rows.extend(shown.fragments.iter().map(|held| {
        let (number, total, required) = (held.number, held.total, held.required);
        let text = format!("{number} of {total} of the {}, {}, {required} needed", held.major_key, held.key_type);
        vec!["fragment".to_owned(), format!("{text}, set {}", held.set)]
    }));
    columns(&rows)
}

impl From<CardError> for Failure {
    fn from(error: CardError) -> Self {
        let failure = Self::usage(error.to_string());
        match error {
            CardError::Missing { .. } => {
                failure.next("strongctl card format NAME makes one; --cards DIR names another folder")
            }
            CardError::Exists { .. } => failure.next("--erase formats it anew; what it holds is lost"),
            CardError::Name { .. }
            | CardError::Busy { .. }
            | CardError::Pin
            | CardError::Label
            | CardError::WrongPin { .. }
            | CardError::Memory { .. }
            | CardError::Blocked
            | CardError::Damaged
            | CardError::Form { .. }
            | CardError::NoFragment
            | CardError::SetPresent { .. }
            | CardError::Full
            | CardError::NotHere
            | CardError::Io { .. } => failure,
        }
    }
}
