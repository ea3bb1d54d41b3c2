//! Emulated smart cards: a PIN-protected file each, which holds fragments of major keys.
//!
//! A folder stands for a reader, a file `NAME.card` in it for a card. A key of the card's own, sealed under a key that
//! Argon2id derives from the PIN, seals every fragment with AES-256-GCM. The card counts wrong PINs before it looks at
//! them, and is blocked after [`TRIES`].
//!
//! What a file cannot do: somebody who can copy it can try PINs on the copy, where the counter is worth nothing and only
//! the length of the PIN protects. A chip would not let itself be copied. Keep card files as you would keep cards.

mod error;
mod file;

use std::fs::File;
use std::path::{Path, PathBuf};

use protocol::fragment::{Facts, HEAD};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::random;
pub use error::CardError;
use file::{Body, Cost, Entry, Key};

/// Wrong PINs until a card is blocked.
pub const TRIES: u8 = 10;
/// Characters of a PIN.
pub const PIN: std::ops::RangeInclusive<usize> = 6..=64;
/// Fragments that a card holds at most.
const CAPACITY: usize = 32;
/// Characters of a label at most.
const LABEL: usize = 64;

/// A card in its reader. Without the PIN it tells what it holds, but not the fragments.
#[derive(Debug)]
pub struct Card {
    path: PathBuf,
    body: Body,
    /// The card's place is locked while it is in use, so that no two programs try PINs at once.
    _reader: File,
}

/// A card whose PIN was given.
#[derive(Debug)]
pub struct Open {
    card: Card,
    key: Key,
}

/// The file of the card of this name in a folder.
///
/// # Errors
/// [`CardError::Name`].
pub fn path(folder: &Path, name: &str) -> Result<PathBuf, CardError> {
    let legal = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    if name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.chars().all(legal) {
        return Err(CardError::Name { name: name.to_owned() });
    }
    Ok(folder.join(format!("{name}.card")))
}

/// The names of the cards in a folder, sorted.
///
/// # Errors
/// [`CardError::Io`].
pub fn names(folder: &Path) -> Result<Vec<String>, CardError> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| CardError::io(folder, error))? {
        let name = entry.map_err(|error| CardError::io(folder, error))?.file_name();
        if let Some(name) = name.to_str().and_then(|name| name.strip_suffix(".card")).filter(|it| !it.starts_with('.'))
        {
            names.push(name.to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

impl Card {
    /// Makes an empty card with this PIN. A card that is there already is only overwritten, with all that it holds, where
    /// `erase` says so.
    ///
    /// # Errors
    /// [`CardError::Exists`], [`CardError::Pin`], [`CardError::Label`], [`CardError::Io`].
    pub fn format(path: &Path, label: &str, pin: &str, erase: bool) -> Result<Open, CardError> {
        if label.chars().count() > LABEL || label.chars().any(char::is_control) {
            return Err(CardError::Label);
        }
        check(pin)?;
        let folder = folder(path);
        std::fs::create_dir_all(folder).map_err(|error| CardError::io(folder, error))?;
        let reader = file::lock(folder)?;
        if !erase && path.symlink_metadata().is_ok() {
            return Err(CardError::Exists { path: path.to_owned() });
        }
        let key = Key::new(random::bytes()?);
        let serial = hex(&*random::bytes::<8>()?);
        let mut body = Body::empty(serial, label.to_owned(), Cost::NEW);
        body.protect(&key, pin)?;
        let mut card = Self { path: path.to_owned(), body, _reader: reader };
        card.store()?;
        Ok(Open { card, key })
    }

    /// Reads a card, as putting it into the reader does.
    ///
    /// # Errors
    /// [`CardError::Missing`], [`CardError::Damaged`], [`CardError::Form`], [`CardError::Io`].
    pub fn insert(path: &Path) -> Result<Self, CardError> {
        let reader = file::lock(folder(path))?;
        // Behind a link the card itself is replaced later, not the link.
        let path = file::real(path)?;
        Ok(Self { body: file::read(&path)?, path, _reader: reader })
    }

    /// Gives the PIN. A wrong one is counted, in the file, before anything is told.
    ///
    /// # Errors
    /// [`CardError::WrongPin`], [`CardError::Blocked`], [`CardError::Damaged`], [`CardError::Io`].
    pub fn open(mut self, pin: &str) -> Result<Open, CardError> {
        if self.body.tries_left == 0 {
            return Err(CardError::Blocked);
        }
        self.body.tries_left -= 1;
        self.store()?;
        let judged = self.body.key(pin).inspect_err(|_| self.body.tries_left += 1);
        if judged.is_err() {
            // No PIN was judged, so none is counted.
            self.store()?;
        }
        let Some(key) = judged? else {
            let left = self.body.tries_left;
            return Err(if left == 0 { CardError::Blocked } else { CardError::WrongPin { left } });
        };
        self.body.tries_left = TRIES;
        self.store()?;
        Ok(Open { card: self, key })
    }

    /// Its serial number: 16 hexadecimal digits.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.body.serial
    }

    /// What somebody wrote on it.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.body.label
    }

    /// Tries that are left for its PIN.
    #[must_use]
    pub fn tries_left(&self) -> u8 {
        self.body.tries_left
    }

    /// What its fragments say of themselves.
    pub fn facts(&self) -> impl Iterator<Item = Facts> {
        self.body.fragments.iter().filter_map(|entry| Facts::read(&entry.head))
    }

    fn store(&mut self) -> Result<(), CardError> {
        file::write(&self.path, &self.body)
    }
}

impl Open {
    /// The card.
    #[must_use]
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// Keeps a fragment. Of a set, a card holds one fragment; the same one may be written again.
    ///
    /// # Errors
    /// [`CardError::NoFragment`], [`CardError::SetPresent`], [`CardError::Full`], [`CardError::Io`].
    pub fn write(&mut self, fragment: &[u8]) -> Result<Facts, CardError> {
        let facts = Facts::read(fragment).ok_or(CardError::NoFragment)?;
        let head: [u8; HEAD] = *fragment.first_chunk().ok_or(CardError::NoFragment)?;
        let held = self.card.facts().find(|held| held.set == facts.set);
        if let Some(held) = held.filter(|held| held.number != facts.number) {
            return Err(CardError::SetPresent { number: held.number });
        }
        let mut body = self.card.body.clone();
        body.fragments.retain(|entry| Facts::read(&entry.head).is_none_or(|it| it.set != facts.set));
        if body.fragments.len() >= CAPACITY {
            return Err(CardError::Full);
        }
        let sealed = self.key.seal(&body.bound(&head), fragment)?;
        body.fragments.push(Entry { head: head.to_vec(), sealed });
        self.replace(body)?;
        Ok(facts)
    }

    /// The fragment of a set; wiped on drop.
    ///
    /// # Errors
    /// [`CardError::NotHere`], [`CardError::Damaged`].
    pub fn fragment(&self, set: [u8; 8]) -> Result<Zeroizing<Vec<u8>>, CardError> {
        let body = &self.card.body;
        let is_of_set = |entry: &&Entry| Facts::read(&entry.head).is_some_and(|it| it.set == set);
        let entry = body.fragments.iter().find(is_of_set).ok_or(CardError::NotHere)?;
        self.key.open(&body.bound(&entry.head), &entry.sealed).ok_or(CardError::Damaged)
    }

    /// Forgets the fragment of a set.
    ///
    /// # Errors
    /// [`CardError::NotHere`], [`CardError::Io`].
    pub fn forget(&mut self, set: [u8; 8]) -> Result<(), CardError> {
        let mut body = self.card.body.clone();
        body.fragments.retain(|entry| Facts::read(&entry.head).is_none_or(|it| it.set != set));
        if body.fragments.len() == self.card.body.fragments.len() {
            return Err(CardError::NotHere);
        }
        self.replace(body)
    }

    /// Changes the PIN.
    ///
    /// # Errors
    /// [`CardError::Pin`], [`CardError::Io`].
    pub fn change_pin(&mut self, pin: &str) -> Result<(), CardError> {
        check(pin)?;
        let mut body = self.card.body.clone();
        body.protect(&self.key, pin)?;
        self.replace(body)
    }

    /// After an error the card holds what its file does.
    fn replace(&mut self, body: Body) -> Result<(), CardError> {
        let path = &self.card.path;
        match file::write(path, &body) {
            Ok(()) => self.card.body = body,
            Err(error) => {
                self.card.body = file::read(path).unwrap_or_else(|_| self.card.body.clone());
                return Err(error);
            }
        }
        Ok(())
    }
}

fn check(pin: &str) -> Result<(), CardError> {
    if PIN.contains(&pin.chars().count()) && !pin.chars().any(char::is_control) { Ok(()) } else { Err(CardError::Pin) }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests;
