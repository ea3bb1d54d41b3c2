//! The reader: where ceremonies find cards, and what tells them which.

use std::path::{Path, PathBuf};

use client::card::{self, Card, Open};

use crate::failure::Failure;
use crate::secret::{Secrets, ask, is_attended};

/// Which cards a ceremony uses.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Cards")]
pub(crate) struct Reader {
    /// Folder of the cards [default: ~/.local/share/strongroom/cards]
    #[arg(long, value_name = "DIR")]
    cards: Option<PathBuf>,
    /// A card's name; asked for when absent; may be given several times
    #[arg(long, value_name = "CARD")]
    card: Vec<String>,
    /// File with a card's PIN, instead of typing it; once for each card
    #[arg(long, value_name = "FILE")]
    pin_file: Vec<PathBuf>,
}

/// One card after another.
pub(crate) struct Slot<'a> {
    folder: PathBuf,
    names: std::slice::Iter<'a, String>,
    are_named: bool,
    pins: Secrets<'a>,
}

/// The folder that stands for the reader.
pub(crate) fn folder(given: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(folder) = given {
        return Ok(folder.to_owned());
    }
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")));
    let data = data.ok_or_else(|| Failure::usage("no home directory for the cards").next("give --cards DIR"))?;
    Ok(data.join("strongroom/cards"))
}

impl Reader {
    /// The reader, for `count` cards to write, or for any number to read where that is 0.
    pub(crate) fn slot(&self, count: u32) -> Result<Slot<'_>, Failure> {
        self.check()?;
        let enough = usize::try_from(count).is_ok_and(|count| self.card.len() >= count);
        if !self.card.is_empty() && !enough {
            return Err(Failure::usage(format!("{count} cards are to be written, and {} are named", self.card.len()))
                .next("give --card NAME once for each"));
        }
        Ok(Slot {
            folder: folder(self.cards.as_deref())?,
            names: self.card.iter(),
            are_named: !self.card.is_empty(),
            pins: Secrets::new(&self.pin_file, "--pin-file"),
        })
    }

    /// Makes sure that the cards that are named can be read.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let folder = folder(self.cards.as_deref())?;
        for name in &self.card {
            Card::insert(&card::path(&folder, name)?)?;
        }
        Ok(())
    }
}

impl Slot<'_> {
    /// The next card, to be written to.
    pub(crate) fn next_to_write(&mut self, what: &str) -> Result<Open, Failure> {
        let name = match self.names.next() {
            Some(name) => name.clone(),
            None if is_attended() => ask(&format!("{what}: which card goes into the reader?"))?,
            None => {
                return Err(Failure::usage(format!("{what}: no card is named, and there is no terminal to ask on"))
                    .next("give --card NAME once for each card"));
            }
        };
        self.open(&name)
    }

    /// The next card, to be read; `None` where the user has no more.
    pub(crate) fn next_to_read(&mut self, what: &str) -> Result<Option<Open>, Failure> {
        let name = match self.names.next() {
            Some(name) => name.clone(),
            None if self.are_named || !is_attended() => return Ok(None),
            None => ask(&format!("{what}: which card goes into the reader? (nothing to stop here)"))?,
        };
        if name.is_empty() { Ok(None) } else { self.open(&name).map(Some) }
    }

    fn open(&mut self, name: &str) -> Result<Open, Failure> {
        let inserted = Card::insert(&card::path(&self.folder, name)?)?;
        let pin = self.pins.next(&format!("PIN of card {name}"))?;
        Ok(inserted.open(&pin)?)
    }
}
