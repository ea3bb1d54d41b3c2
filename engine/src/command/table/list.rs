//! Lists the keys of the key table.

use std::fmt::Write as _;

use protocol::command::table::list::{Request, Response};
use protocol::field::number::{Number, SlotNumber};
use protocol::field::text::{Label, Text};

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::slot::{Entry, Slot};

/// Listed when `CM` is absent.
const MOST: u32 = 100;
const FULL: Error = Error::Internal { what: "a list that does not fit its fields" };

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let (table, partition) = (context.tenant()?.table(), context.partition()?);
        let from = Slot::from(self.from.unwrap_or(SlotNumber::MIN_NUMBER));
        let most = usize::try_from(self.most.map_or(MOST, Number::value)).unwrap_or_default();
        // One more than asked tells where to go on.
        let found: Vec<(Slot, &Entry)> = match &self.check_value {
            Some(digits) => {
                let found = table.with_check_value(digits, from).filter(|slot| partition.reaches(*slot)).take(most + 1);
                found.filter_map(|slot| table.find(slot).map(|entry| (slot, entry.as_ref()))).collect()
            }
            None => {
                let found = table.from(from).filter(|(slot, _)| partition.reaches(*slot)).take(most + 1);
                found.map(|(slot, entry)| (slot, entry.as_ref())).collect()
            }
        };
        let mut entries = String::new();
        for (slot, entry) in found.iter().take(most) {
            let separator = if entries.is_empty() { "" } else { "," };
            let header = entry.key().header().summary();
            let check_value = context.check_digits(*entry.check_value())?;
            let label = entry.label().map_or("", Label::as_str);
            let _ = write!(entries, "{separator}{}/{header}/{check_value}/{label}", slot.number());
        }
        let listed = u32::try_from(found.len().min(most)).ok().and_then(Number::new).ok_or(FULL)?;
        Ok(Response {
            keys: u32::try_from(table.len()).ok().and_then(Number::new).ok_or(FULL)?,
            listed,
            entries: (!entries.is_empty()).then(|| Text::new(&entries).ok_or(FULL)).transpose()?,
            next: found.get(most).map(|(slot, _)| slot.wire()),
        })
    }
}
