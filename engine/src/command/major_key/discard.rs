//! Discards the pending major key.

use protocol::command::major_key::discard::{Request, Response};
use protocol::tag::Tag;

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::{Age, MajorKeyKind};

const FS: Tag = Tag::of("FS");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let kind = MajorKeyKind::from(self.major_key);
        context.note(format!("the pending {} discarded", kind.name()));
        let pending = context.major_key_of(kind, Age::Pending)?;
        let value = ceremonies::agreed(context, pending, &self.check_value)?;
        let tenant = context.tenant()?;
        if kind == MajorKeyKind::Ftk && tenant.keys_behind() < tenant.keys() {
            return Err(Error::MajorKeyInUse {
                tag: FS,
                rule: "keys of the key table are sealed under the pending FTK; translate the others, and switch",
            });
        }
        context.note(format!("the pending {} with check value {value} is discarded", kind.name()));
        context.clear_major_key(kind, Age::Pending)?;
        Ok(Response { major_key: self.major_key })
    }
}
