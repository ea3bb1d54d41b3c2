//! Adds a key to the key table.

use protocol::command::table::add::{Request, Response};
use protocol::field::key::GivenKey;
use protocol::field::text::Label;
use protocol::permission::Permission;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::exchange;
use crate::held;
use crate::key::WorkingKey;
use crate::key::modifier::Modifier;
use crate::slot::{Entry, Slot};

const AK: Tag = Tag::of("AK");
const AS: Tag = Tag::of("AS");
const BG: Tag = Tag::of("BG");
const RC: Tag = Tag::of("RC");
const RT: Tag = Tag::of("RT");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let key = clear_key(context, self)?;
        exchange::acceptable(context, BG, &key)?;
        let table = context.tenant()?.table();
        let slot = match self.slot {
            Some(slot) => {
                let slot = context.slot(RC, slot.into())?;
                if table.find(slot).is_some() {
                    return Err(Error::SlotTaken { tag: RC, slot: slot.number() });
                }
                slot
            }
            None => lowest_empty(context)?.ok_or(Error::TableFull { slots: table.capacity() })?,
        };
        let label = self.label.clone().filter(|label| !label.as_str().is_empty());
        free(context, label.as_ref())?;
        let check_value = context.check_digits(key.check_value())?;
        context.put_key(slot, Entry::new(key, label))?;
        Ok(Response { slot: slot.wire(), check_value })
    }
}

fn clear_key(context: &Context<'_>, request: &Request<'_>) -> Result<WorkingKey, Error> {
    match &request.key {
        GivenKey::KeyBlock(block) => {
            for (tag, given) in [(AK, request.header.is_some()), (AS, request.modifier.is_some())] {
                if given {
                    return Err(Error::Conflict { tag, rule: "the key block in BG brings its own attributes" });
                }
            }
            held::open_block(context, BG, *block, request.major_key)
        }
        GivenKey::Cryptogram(bytes) => {
            let digit = request.modifier.ok_or(Error::FieldNeeded { tag: AS, rule: "BG is a cryptogram" })?;
            let modifier = Modifier::from(Some(digit));
            match request.header {
                Some(header) => {
                    let header = held::template(AK, header)?;
                    exchange::allowed_by_modifier(modifier, &header)?;
                    let key = held::open_cryptogram(context, BG, bytes, modifier, header.attributes().usage)?;
                    exchange::described(key, header)
                }
                None => {
                    let rule = "this modifier stands for no usage that is known; give a header";
                    let usage = modifier.usages().first().copied().ok_or(Error::FieldNeeded { tag: AK, rule })?;
                    held::open_cryptogram(context, BG, bytes, modifier, usage)
                }
            }
        }
    }
}

/// The lowest empty slot that the partition reaches.
fn lowest_empty(context: &Context<'_>) -> Result<Option<Slot>, Error> {
    let (table, partition) = (context.tenant()?.table(), context.partition()?);
    if partition.permissions.contains(Permission::AllSlots) {
        return Ok(table.lowest_empty());
    }
    let found = partition.slots.iter().filter_map(|(first, last)| table.lowest_empty_within(first.into(), last.into()));
    Ok(found.min())
}

/// No other key of the tenant has this label.
fn free(context: &Context<'_>, label: Option<&Label>) -> Result<(), Error> {
    match label.and_then(|label| context.tenant().ok()?.table().labelled(label)) {
        Some(taken) => Err(Error::LabelTaken { tag: RT, slot: Slot::number(taken) }),
        None => Ok(()),
    }
}
