//! Reads a part of a backup.

use protocol::command::backup::read::{Request, Response};
use protocol::field::data::Envelope;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

const NU: Tag = Tag::of("NU");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let missing = Error::BackupMissing { rule: "no backup was made on this connection; ZBCR makes one" };
        let backup = context.session().backup().ok_or(missing)?;
        let index = usize::try_from(self.number.value()).unwrap_or(usize::MAX) - 1;
        let part = backup.parts.get(index);
        let part = part.ok_or(Error::Field { tag: NU, rule: "the backup has fewer parts" })?;
        Ok(Response { number: self.number, part: Envelope::new(part) })
    }
}
