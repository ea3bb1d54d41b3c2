//! Begins a restore.

use protocol::backup::{Head, HeadError};
use protocol::command::backup::begin::{Request, Response};
use protocol::field::data::CheckDigits;
use protocol::field::number::Number;
use protocol::field::text::Text;
use protocol::tag::Tag;

use crate::backup::{self, Backup};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::MajorKeyKind;

const HD: Tag = Tag::of("HD");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let bek = context.major_key(MajorKeyKind::Bek)?;
        let damaged = |rule| Error::BackupDamaged { tag: HD, rule };
        let head = Head::decode(self.head.bytes()).map_err(|error| match error {
            HeadError::Damaged => damaged("the head of the backup is damaged"),
            HeadError::Form(_) => damaged("the backup is of a form that this version does not know"),
        })?;
        let digits =
            |mark: [u8; 3]| CheckDigits::new(&mark, 6).ok_or(Error::Internal { what: "a check value too short" });
        let (wanted, loaded) = (digits(head.bek)?, digits(backup::mark(bek))?);
        if wanted != loaded {
            return Err(Error::BackupOther { wanted, loaded });
        }
        let too_large = damaged("the head of the backup is damaged: so many parts no backup has");
        let response = Response {
            tenant: Text::new(&head.tenant).ok_or(damaged("the head of the backup is damaged"))?,
            bek: loaded,
            parts: Number::new(head.parts).ok_or(too_large)?,
        };
        *context.session_mut().restore() = Some(Backup { head, parts: Vec::new() }.into());
        Ok(response)
    }
}
