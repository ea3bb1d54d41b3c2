//! A store that is forgotten at the end: for development and tests.

use std::collections::BTreeMap;

use engine::Timestamp;
use engine::record::{Record, Stored, Table};

use super::{AuditEntry, Error, Revision, Snapshot, Store};

/// Sealed records in memory.
#[derive(Debug, Default)]
pub struct Memory {
    revision: Revision,
    records: BTreeMap<(Table, Vec<u8>), Vec<u8>>,
    events: Vec<AuditEntry>,
}

impl Store for Memory {
    fn load(&self) -> Result<Snapshot, Error> {
        let records = self.records.iter().map(|((table, key), value)| Stored {
            table: *table,
            key: key.clone(),
            value: value.clone(),
        });
        Ok(Snapshot { revision: self.revision, records: records.collect() })
    }

    fn commit(
        &mut self,
        expected: Revision,
        records: &[&Record],
        events: &[(Timestamp, String)],
    ) -> Result<Revision, Error> {
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
        for (time, text) in events {
            let number = self.events.last().map_or(0, |event| event.number) + 1;
            self.events.push(AuditEntry { number, time: *time, text: text.clone() });
        }
        self.revision += 1;
        Ok(self.revision)
    }

    fn events(&self, after: u64, limit: usize) -> Result<Vec<AuditEntry>, Error> {
        Ok(self.events.iter().filter(|event| event.number > after).take(limit).cloned().collect())
    }

    fn revision(&self) -> Result<Revision, Error> {
        Ok(self.revision)
    }
}
