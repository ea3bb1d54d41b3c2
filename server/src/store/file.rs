//! A store in one file (redb): every commit is synced before it is reported, and no second process gets in.
#![expect(clippy::wildcard_enum_match_arm, reason = "the errors of redb are open to additions")]

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use engine::audit::{Entry, Head, Log};
use engine::record::{Record, Stored, Table};
use redb::backends::FileBackend;
use redb::{
    CommitError, Database, DatabaseError, Durability, ReadableDatabase as _, ReadableTable as _, SetDurabilityError,
    StorageError, TableDefinition, TableError, TransactionError,
};

use super::{Error, Revision, Snapshot, Store};

type Records = TableDefinition<'static, &'static [u8], &'static [u8]>;

const MAJOR_KEYS: Records = TableDefinition::new("major_keys");
const KEYS: Records = TableDefinition::new("keys");
const ASYMMETRIC: Records = TableDefinition::new("asymmetric_keys");
const IDENTITIES: Records = TableDefinition::new("identities");
const PARTITIONS: Records = TableDefinition::new("partitions");
const TENANTS: Records = TableDefinition::new("tenants");
/// Lines of the audit by log and number.
const AUDIT: TableDefinition<'static, (&'static str, u64), &'static str> = TableDefinition::new("audit");
/// The end of each log: number and digest of its last line.
const HEADS: TableDefinition<'static, &'static str, (u64, [u8; 32])> = TableDefinition::new("audit_heads");
/// One row, the revision, and one, the form of the file.
const META: TableDefinition<'static, &'static str, u64> = TableDefinition::new("meta");
const REVISION: &str = "revision";
const FORM: &str = "form";
/// A file of a later form is refused rather than misread.
const FORM_NUMBER: u64 = 4;

const TABLES: [(Table, Records); 6] = [
    (Table::MajorKeys, MAJOR_KEYS),
    (Table::Keys, KEYS),
    (Table::Asymmetric, ASYMMETRIC),
    (Table::Identities, IDENTITIES),
    (Table::Partitions, PARTITIONS),
    (Table::Tenants, TENANTS),
];

/// Sealed records in one file.
#[derive(Debug)]
pub struct File {
    shared: Arc<Shared>,
}

/// The open file, shared with those who read the audit.
#[derive(Debug)]
struct Shared {
    path: PathBuf,
    /// `None` after a failure, until it is opened again: the library takes nothing more after an error of the disk.
    database: RwLock<Option<Database>>,
}

impl Shared {
    fn new(path: &Path, database: Database) -> Arc<Self> {
        Arc::new(Self { path: path.to_owned(), database: RwLock::new(Some(database)) })
    }

    /// Works on the database, opening it again where a failure has closed it.
    fn with<T>(&self, work: impl FnOnce(&Database) -> Result<T, Error>) -> Result<T, Error> {
        if self.database.read().unwrap_or_else(PoisonError::into_inner).is_none() {
            let mut database = self.database.write().unwrap_or_else(PoisonError::into_inner);
            if database.is_none() {
                *database = Some(opened(&self.path)?);
            }
        }
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        work(database.as_ref().ok_or_else(|| Error::Unavailable("closed after a failure".to_owned()))?)
    }

    /// Has it opened again before the next use.
    fn close(&self) {
        *self.database.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn opened(path: &Path) -> Result<Database, Error> {
    // What is not a store at all may trip the library's own checks.
    let opened = catch_unwind(AssertUnwindSafe(|| Database::open(path)));
    let opened = opened.map_err(|_| Error::Corrupt(format!("{}: not a store", path.display())))?;
    opened.map_err(|error| at_opening(path, error))
}

impl File {
    /// Makes a new store; there must be no file yet.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with what the file system says.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path);
        let file = file.map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))?;
        let database = FileBackend::new(file).and_then(|file| Database::builder().create_with_backend(file));
        let database = database.map_err(|error| at_opening(path, error))?;
        let transaction = database.begin_write()?;
        for (_, table) in TABLES {
            transaction.open_table(table)?;
        }
        transaction.open_table(AUDIT)?;
        transaction.open_table(HEADS)?;
        {
            let mut meta = transaction.open_table(META)?;
            meta.insert(REVISION, 0)?;
            meta.insert(FORM, FORM_NUMBER)?;
        }
        transaction.commit()?;
        Ok(Self { shared: Shared::new(path, database) })
    }

    /// Opens a store.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where it is missing or another process has it, [`Error::Corrupt`] where it is damaged.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let store = Self { shared: Shared::new(path, opened(path)?) };
        let form = store.meta(FORM)?;
        if form != FORM_NUMBER {
            let text = format!("{}: form {form}, this version knows {FORM_NUMBER}", path.display());
            return Err(Error::Corrupt(text));
        }
        Ok(store)
    }

    fn meta(&self, key: &str) -> Result<u64, Error> {
        self.shared.with(|database| {
            let meta = database.begin_read()?.open_table(META)?;
            let value = meta.get(key)?.map(|value| value.value());
            value.ok_or_else(|| Error::Corrupt(format!("no {key}")))
        })
    }
}

impl Store for File {
    fn load(&self) -> Result<Snapshot, Error> {
        self.shared.with(read_all)
    }

    fn commit(&mut self, expected: Revision, records: &[&Record], entries: &[Entry]) -> Result<Revision, Error> {
        match self.shared.with(|database| write(database, expected, records, entries)) {
            Err(error @ Error::Unavailable(_)) => {
                self.shared.close();
                // The disk may have taken it before it failed: what is there now decides.
                match self.revision() {
                    Ok(revision) if revision == expected + 1 => Ok(revision),
                    Ok(_) | Err(_) => Err(error),
                }
            }
            outcome => outcome,
        }
    }

    fn log(&self) -> Arc<dyn Log> {
        Arc::new(Reader(Arc::clone(&self.shared)))
    }

    fn revision(&self) -> Result<Revision, Error> {
        self.meta(REVISION)
    }
}

fn read_all(database: &Database) -> Result<Snapshot, Error> {
    let transaction = database.begin_read()?;
    let revision = transaction.open_table(META)?.get(REVISION)?.map(|value| value.value());
    let mut records = Vec::new();
    for (table, definition) in TABLES {
        for row in transaction.open_table(definition)?.iter()? {
            let (key, value) = row?;
            records.push(Stored { table, key: key.value().to_vec(), value: value.value().to_vec() });
        }
    }
    let revision = revision.ok_or_else(|| Error::Corrupt(format!("no {REVISION}")))?;
    let mut heads = BTreeMap::new();
    for row in transaction.open_table(HEADS)?.iter()? {
        let (log, head) = row?;
        let (number, digest) = head.value();
        heads.insert(log.value().to_owned(), Head { number, digest });
    }
    Ok(Snapshot { revision, records, heads })
}

fn write(database: &Database, expected: Revision, records: &[&Record], entries: &[Entry]) -> Result<Revision, Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(Durability::Immediate)?;
    let revision = {
        let mut meta = transaction.open_table(META)?;
        let found = meta.get(REVISION)?.map_or(0, |value| value.value());
        if found != expected {
            return Err(Error::Conflict { expected, found });
        }
        meta.insert(REVISION, found + 1)?;
        found + 1
    };
    for (table, definition) in TABLES {
        let mut records = records.iter().filter(|record| record.table == table).peekable();
        // A table that is opened costs as much as a row that is written.
        if records.peek().is_none() {
            continue;
        }
        let mut rows = transaction.open_table(definition)?;
        for record in records {
            match &record.value {
                Some(value) => rows.insert(record.key.as_slice(), value.as_slice())?,
                None => rows.remove(record.key.as_slice())?,
            };
        }
    }
    if !entries.is_empty() {
        let mut rows = transaction.open_table(AUDIT)?;
        let mut heads = transaction.open_table(HEADS)?;
        for entry in entries {
            let head = entry.head();
            rows.insert((entry.log.as_str(), entry.number), entry.line.as_str())?;
            heads.insert(entry.log.as_str(), (head.number, head.digest))?;
        }
    }
    transaction.commit()?;
    Ok(revision)
}

/// Reads the audit beside the thread that writes it.
#[derive(Debug)]
struct Reader(Arc<Shared>);

impl Reader {
    fn read(&self, log: &str, after: u64, most: usize) -> Result<Vec<Entry>, Error> {
        self.0.with(|database| {
            let rows = database.begin_read()?.open_table(AUDIT)?;
            let mut entries = Vec::new();
            for row in rows.range((log, after.saturating_add(1))..=(log, u64::MAX))?.take(most) {
                let (key, line) = row?;
                entries.push(Entry { log: log.to_owned(), number: key.value().1, line: line.value().to_owned() });
            }
            Ok(entries)
        })
    }

    fn end(&self, log: &str) -> Result<Head, Error> {
        self.0.with(|database| {
            let heads = database.begin_read()?.open_table(HEADS)?;
            let head = heads.get(log)?.map(|head| head.value());
            Ok(head.map_or_else(Head::default, |(number, digest)| Head { number, digest }))
        })
    }
}

impl Log for Reader {
    fn entries(&self, log: &str, after: u64, most: usize) -> Option<Vec<Entry>> {
        told(self.read(log, after, most))
    }

    fn head(&self, log: &str) -> Option<Head> {
        told(self.end(log))
    }
}

fn told<T>(read: Result<T, Error>) -> Option<T> {
    read.inspect_err(|error| tracing::error!(%error, "the audit cannot be read")).ok()
}

fn at_opening(path: &Path, error: DatabaseError) -> Error {
    let path = path.display();
    match error {
        DatabaseError::DatabaseAlreadyOpen => Error::Unavailable(format!(
            "{path}: another process has it open; two must not share one store, stop the other first"
        )),
        DatabaseError::Storage(StorageError::Io(io)) if io.kind() == std::io::ErrorKind::InvalidData => {
            Error::Corrupt(format!("{path}: {io}"))
        }
        DatabaseError::Storage(StorageError::Io(io)) => Error::Unavailable(format!("{path}: {io}")),
        DatabaseError::UpgradeRequired(form) => Error::Corrupt(format!("{path}: written in file form {form}")),
        other => Error::Corrupt(format!("{path}: {other}")),
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Corrupted(text) => Self::Corrupt(text),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl From<TableError> for Error {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Storage(error) => error.into(),
            other => Self::Corrupt(other.to_string()),
        }
    }
}

impl From<TransactionError> for Error {
    fn from(error: TransactionError) -> Self {
        match error {
            TransactionError::Storage(error) => error.into(),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Storage(error) => error.into(),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl From<SetDurabilityError> for Error {
    fn from(error: SetDurabilityError) -> Self {
        Self::Unavailable(error.to_string())
    }
}
