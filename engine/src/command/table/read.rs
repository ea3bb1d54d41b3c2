//! Reads the settings of a key.

use protocol::command::table::read::{Request, Response};
use protocol::field::key::HeaderText;
use protocol::field::number::SlotNumber;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::slot::Slot;

const AE: Tag = Tag::of("AE");
const RC: Tag = Tag::of("RC");
const RT: Tag = Tag::of("RT");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let (table, partition) = (context.tenant()?.table(), context.partition()?);
        let slot = match (self.slot, &self.label, &self.check_value) {
            (Some(slot), None, None) => Slot::from(slot),
            (None, Some(label), None) => {
                let found = table.labelled(label).filter(|slot| partition.reaches(*slot));
                found.ok_or(Error::NoSuchKey { tag: RT, what: "label" })?
            }
            (None, None, Some(digits)) => {
                let mut found = table.with_check_value(digits, Slot::from(SlotNumber::MIN_NUMBER));
                found.find(|slot| partition.reaches(*slot)).ok_or(Error::NoSuchKey { tag: AE, what: "check value" })?
            }
            (None, None, None) => {
                return Err(Error::FieldNeeded {
                    tag: RC,
                    rule: "give a slot, or a label in RT, or a check value in AE",
                });
            }
            _ => return Err(Error::Conflict { tag: RC, rule: "give only one of RC, RT and AE" }),
        };
        let entry = context.entry(RC, slot)?;
        let header = HeaderText::new(&entry.key().header().template());
        Ok(Response {
            slot: slot.wire(),
            label: entry.label().cloned(),
            check_value: context.check_digits(*entry.check_value())?,
            header: header.ok_or(Error::Internal { what: "an illegal header" })?,
        })
    }
}
