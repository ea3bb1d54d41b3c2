//! Takes a part of a backup in.

use std::sync::Arc;

use protocol::backup::PART;
use protocol::command::backup::give::{Request, Response};
use protocol::field::number::Number;
use protocol::tag::Tag;

use crate::backup::Seal;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::MajorKeyKind;

const EN: Tag = Tag::of("EN");
const NU: Tag = Tag::of("NU");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let bek = context.major_key(MajorKeyKind::Bek)?;
        let missing = Error::BackupMissing { rule: "no restore was begun on this connection; ZBRB begins one" };
        let restore = context.session_mut().restore().as_mut().ok_or(missing)?;
        let given = u32::try_from(restore.parts.len()).unwrap_or(u32::MAX);
        if self.number.value() != given + 1 || self.number.value() > restore.head.parts {
            return Err(Error::BackupDamaged { tag: NU, rule: "the parts of a backup come in order, each once" });
        }
        let opens = Seal::new(bek, &restore.head).open(self.number.value(), self.part.bytes()).is_ok();
        if self.part.bytes().len() > PART || !opens {
            return Err(Error::BackupDamaged {
                tag: EN,
                rule: "the backup is damaged: this part is not as it was made, or is of another backup",
            });
        }
        // Nobody else has it between requests, so nothing is copied.
        Arc::make_mut(restore).parts.push(self.part.bytes().to_vec());
        let parts = Number::new(restore.head.parts).ok_or(Error::Internal { what: "parts of a backup" })?;
        Ok(Response { given: self.number, parts })
    }
}
