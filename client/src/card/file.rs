//! A card as a file: JSON that ends in a checksum, so that a damaged card is never taken for a wrong PIN.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{CardError, TRIES, digest, folder};
use crate::random;

/// Form of the file.
const FORM: u64 = 1;
/// Bytes of a nonce, which comes before what it sealed.
const NONCE: usize = 12;
/// KiB of memory that deriving from a PIN takes at most; a file that asks for more is damaged, or a trap.
const MOST_MEMORY: u32 = 1024 * 1024;
/// How long another program may use the reader.
const PATIENCE: Duration = Duration::from_secs(5);

/// What deriving a key from the PIN costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// RFC 9106, section 4, second recommendation.
    pub(super) const NEW: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };
}

/// All that a card holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    form: u64,
    pub(super) serial: String,
    pub(super) label: String,
    pub(super) tries_left: u8,
    argon2id: Cost,
    #[serde(with = "digits")]
    salt: Vec<u8>,
    #[serde(with = "digits")]
    sealed_key: Vec<u8>,
    pub(super) fragments: Vec<Entry>,
}

/// One fragment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// Its public part.
    #[serde(with = "digits")]
    pub(super) head: Vec<u8>,
    /// The whole fragment, sealed under the card's key.
    #[serde(with = "digits")]
    pub(super) sealed: Vec<u8>,
}

/// A file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    card: Body,
    checksum: String,
}

/// The form alone, for a file of a later version.
#[derive(Deserialize)]
struct Glance {
    card: GlanceBody,
}

#[derive(Deserialize)]
struct GlanceBody {
    form: u64,
}

/// A key of AES-256-GCM, wiped on drop.
pub(super) struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub(super) fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    fn derive(pin: &str, salt: &[u8], cost: Cost) -> Result<Self, CardError> {
        if cost.memory_kib > MOST_MEMORY || cost.passes > 64 {
            return Err(CardError::Damaged);
        }
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(|_| CardError::Damaged)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(pin.as_bytes(), salt, key.as_mut_slice())
            .map_err(|error| {
                if error == argon2::Error::OutOfMemory {
                    CardError::Memory { mebibytes: cost.memory_kib / 1024 }
                } else {
                    CardError::Damaged
                }
            })?;
        Ok(Self(key))
    }

    pub(super) fn seal(&self, bound: &[u8], clear: &[u8]) -> Result<Vec<u8>, CardError> {
        let nonce = random::bytes::<NONCE>()?;
        let payload = Payload { msg: clear, aad: bound };
        let sealed = self.cipher().encrypt(&Nonce::from(*nonce), payload).map_err(|_| CardError::NoFragment)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    pub(super) fn open(&self, bound: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: bound };
        self.cipher().decrypt(&Nonce::from(*nonce), payload).ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new((&*self.0).into())
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Body {
    pub(super) fn empty(serial: String, label: String, cost: Cost) -> Self {
        Self {
            form: FORM,
            serial,
            label,
            tries_left: TRIES,
            argon2id: cost,
            salt: Vec::new(),
            sealed_key: Vec::new(),
            fragments: Vec::new(),
        }
    }

    /// Seals the card's key under this PIN.
    pub(super) fn protect(&mut self, key: &Key, pin: &str) -> Result<(), CardError> {
        let salt = random::bytes::<16>()?;
        self.argon2id = Cost::NEW;
        let outer = Key::derive(pin, salt.as_slice(), self.argon2id)?;
        self.sealed_key = outer.seal(&self.bound(b"key"), key.0.as_slice())?;
        self.salt = salt.to_vec();
        Ok(())
    }

    /// The card's key; `None` for a wrong PIN.
    pub(super) fn key(&self, pin: &str) -> Result<Option<Key>, CardError> {
        let outer = Key::derive(pin, &self.salt, self.argon2id)?;
        let Some(key) = outer.open(&self.bound(b"key"), &self.sealed_key) else { return Ok(None) };
        let mut bytes = Zeroizing::new([0; 32]);
        if key.len() != bytes.len() {
            return Err(CardError::Damaged);
        }
        bytes.copy_from_slice(&key);
        Ok(Some(Key(bytes)))
    }

    /// What binds a sealed value to this card and to what it is.
    pub(super) fn bound(&self, what: &[u8]) -> Vec<u8> {
        [b"strongroom card 1\0", self.serial.as_bytes(), b"\0", what].concat()
    }

    fn checksum(&self) -> Result<String, CardError> {
        serde_json::to_vec(self).map(|bytes| digest(&bytes)).map_err(|_| CardError::Damaged)
    }
}

/// Locks a folder for as long as the file is held.
pub(super) fn lock(folder: &Path) -> Result<File, CardError> {
    let directory = File::open(folder).map_err(|error| missing(folder, error))?;
    let begun = Instant::now();
    loop {
        match directory.try_lock() {
            Ok(()) => return Ok(directory),
            Err(TryLockError::WouldBlock) if begun.elapsed() > PATIENCE => {
                return Err(CardError::Busy { path: folder.to_owned() });
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
            Err(TryLockError::Error(error)) => return Err(CardError::io(folder, error)),
        }
    }
}

fn missing(path: &Path, error: io::Error) -> CardError {
    if error.kind() == io::ErrorKind::NotFound {
        CardError::Missing { path: path.to_owned() }
    } else {
        CardError::io(path, error)
    }
}

/// The path without links.
pub(super) fn real(path: &Path) -> Result<PathBuf, CardError> {
    fs::canonicalize(path).map_err(|error| missing(path, error))
}

pub(super) fn read(path: &Path) -> Result<Body, CardError> {
    let text = fs::read(path).map_err(|error| missing(path, error))?;
    let Ok(whole) = serde_json::from_slice::<Whole>(&text) else {
        let form = serde_json::from_slice::<Glance>(&text).map(|glance| glance.card.form);
        return Err(form.ok().filter(|form| *form > FORM).map_or(CardError::Damaged, |form| CardError::Form { form }));
    };
    if whole.card.checksum()? != whole.checksum || whole.card.tries_left > TRIES {
        return Err(CardError::Damaged);
    }
    if whole.card.form != FORM {
        return Err(CardError::Form { form: whole.card.form });
    }
    Ok(whole.card)
}

/// Replaces the file in one step, on the disk before this returns.
pub(super) fn write(path: &Path, body: &Body) -> Result<(), CardError> {
    let whole = Whole { card: body.clone(), checksum: body.checksum()? };
    let text = serde_json::to_vec_pretty(&whole).map_err(|_| CardError::Damaged)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        File::open(folder(path))?.sync_all()
    };
    written().map_err(|error| {
        // The first error is the one worth telling.
        let _ = fs::remove_file(&temporary);
        CardError::io(path, error)
    })
}

/// Bytes as hexadecimal digits.
mod digits {
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&super::super::hex(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        let mut bytes = vec![0; text.len() / 2];
        if text.len() % 2 == 0 && protocol::hex::decode(text.as_bytes(), &mut bytes) {
            Ok(bytes)
        } else {
            Err(de::Error::custom("hexadecimal digits are needed"))
        }
    }
}
