//! Lists the keys of the asymmetric table.

use std::fmt::Write as _;

use protocol::command::asymmetric::list::{Request, Response};
use protocol::field::number::{Number, SlotNumber};
use protocol::field::text::{Label, Text};

use crate::asymmetric::{AsymmetricEntry, AsymmetricKey};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::slot::Slot;

/// Listed when `CM` is absent.
const MOST: u32 = 100;
const FULL: Error = Error::Internal { what: "a list that does not fit its fields" };

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let (table, partition) = (context.tenant()?.asymmetric(), context.partition()?);
        let from = Slot::from(self.from.unwrap_or(SlotNumber::MIN_NUMBER));
        let most = usize::try_from(self.most.map_or(MOST, Number::value)).unwrap_or_default();
        // One more than asked tells where to go on.
        let found = table.from(from).filter(|(slot, _)| partition.reaches(*slot)).take(most + 1);
        let found: Vec<(Slot, &AsymmetricEntry)> = found.map(|(slot, entry)| (slot, entry.as_ref())).collect();
        let mut entries = String::new();
        for (slot, entry) in found.iter().take(most) {
            let separator = if entries.is_empty() { "" } else { "," };
            let (form, usage) = match entry.key() {
                AsymmetricKey::Pair(pair) => ('P', pair.header().summary()),
                AsymmetricKey::Trusted(trusted) => ('T', trusted.usage.code().to_owned()),
            };
            let kind = entry.key().public().kind();
            let check_value = context.check_value_of(entry.key().public())?;
            let label = entry.label().map_or("", Label::as_str);
            let slot = slot.number();
            let _ = write!(entries, "{separator}{slot}/{form}/{kind}/{usage}/{check_value}/{label}");
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
