//! A store that is forgotten at the end: for development and tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use engine::audit::{Entry, Head, Log};
use engine::record::{Record, Stored, Table};

use super::{Error, Revision, Snapshot, Store};

/// Sealed records in memory.
#[derive(Debug, Default)]
pub struct Memory {
    revision: Revision,
    records: BTreeMap<(Table, Vec<u8>), Vec<u8>>,
    lines: Arc<Lines>,
}

/// The audit: each log's entries in order.
#[derive(Debug, Default)]
struct Lines(Mutex<BTreeMap<String, Vec<Entry>>>);

impl Store for Memory {
    fn load(&self) -> Result<Snapshot, Error> {
        let records = self.records.iter().map(|((table, key), value)| Stored {
            table: *table,
            key: key.clone(),
            value: value.clone(),
        });
        let lines = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        let heads = lines.iter().filter_map(|(log, entries)| Some((log.clone(), entries.last()?.head())));
        Ok(Snapshot { revision: self.revision, records: records.collect(), heads: heads.collect() })
    }

    fn commit(&mut self, expected: Revision, records: &[&Record], entries: &[Entry]) -> Result<Revision, Error> {
        if expected != self.revision {
            return Err(Error::Conflict { expected, found: self.revision });
        }
        for record in records {
            let place = (record.table, record.key.clone());
            match &record.value {
                Some(value) => self.records.insert(place, value.clone()),
                None => self.records.remove(&place),
            };
        }
        let mut lines = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in entries {
            lines.entry(entry.log.clone()).or_default().push(entry.clone());
        }
        self.revision += 1;
        Ok(self.revision)
    }

    fn log(&self) -> Arc<dyn Log> {
        Arc::clone(&self.lines) as Arc<dyn Log>
    }

    fn revision(&self) -> Result<Revision, Error> {
        Ok(self.revision)
    }
}

impl Log for Lines {
    fn entries(&self, log: &str, after: u64, most: usize) -> Option<Vec<Entry>> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        Some(lines.get(log).into_iter().flatten().skip(after).take(most).cloned().collect())
    }

    fn head(&self, log: &str) -> Option<Head> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Some(lines.get(log).and_then(|entries| entries.last()).map(Entry::head).unwrap_or_default())
    }
}
