//! Reads and changes the settings of a key.

use protocol::command::table::change::{Request, Response};
use protocol::field::key::HeaderText;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::key::Attributes;
use crate::key::key_block::Header;
use crate::slot::Entry;

const AK: Tag = Tag::of("AK");
const RC: Tag = Tag::of("RC");
const RT: Tag = Tag::of("RT");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let slot = self.slot.into();
        let entry = context.entry(RC, slot)?;
        let is_read = self.label.is_none() && self.header.is_none();
        let label = match self.label.clone() {
            Some(label) if label.as_str().is_empty() => None,
            Some(label) => {
                match context.tenant()?.table().labelled(&label) {
                    Some(taken) if taken != slot => return Err(Error::LabelTaken { tag: RT, slot: taken.number() }),
                    Some(_) | None => {}
                }
                Some(label)
            }
            None => entry.label().cloned(),
        };
        let mut header = entry.key().header().clone();
        if let Some(asked) = &self.header {
            // No template for a key block: the optional blocks stay those of the key, which an HMAC key needs.
            let refused = |error| Error::Key { tag: AK, error };
            let asked = Header::parse_template(asked.as_bytes()).map_err(refused)?;
            if asked.has_optional_blocks() {
                return Err(Error::Field {
                    tag: AK,
                    rule: "optional blocks cannot be changed; give the 16 characters only",
                });
            }
            narrower(header.attributes(), asked.attributes())?;
            header = header.with_attributes(*asked.attributes());
            header.attributes().validate().map_err(refused)?;
        }
        let wire_header = HeaderText::new(&header.template()).ok_or(Error::Internal { what: "an illegal header" })?;
        let key = entry.key().clone().with_header(header).map_err(|error| Error::Key { tag: AK, error })?;
        let response = Response {
            slot: self.slot,
            label: label.clone(),
            check_value: context.check_digits(key.check_value())?,
            header: wire_header,
        };
        if !is_read {
            context.put_key(slot, Entry::new(key, label))?;
        }
        Ok(response)
    }
}

fn narrower(old: &Attributes, new: &Attributes) -> Result<(), Error> {
    let refused = |rule| Err(Error::NotNarrower { tag: AK, rule });
    if old.usage != new.usage || old.algorithm != new.algorithm || old.key_version != new.key_version {
        return refused("usage, algorithm and key version cannot be changed");
    }
    if !new.mode.is_part_of(old.mode) {
        return refused("the mode of use can only become a part of what it was");
    }
    if !new.exportability.is_part_of(old.exportability) {
        return refused("exportability can only go from S to E to N");
    }
    if new.context != old.context && old.context != b'0' {
        return refused("a key context of 1 or 2 cannot be changed");
    }
    Ok(())
}
