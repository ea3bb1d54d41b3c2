//! Makes a backup.

use protocol::command::backup::create::{Request, Response};
use protocol::field::code::BackupContents;
use protocol::field::data::Envelope;
use protocol::field::number::Number;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::MajorKeyKind;
use crate::work::Work;

impl Execute for Request {
    fn prepare(&self, context: &mut Context<'_>, work: &mut Work) {
        if let (Ok(bek), Ok(tenant)) = (context.shared_major_key(MajorKeyKind::Bek), context.tenant()) {
            work.back_up(bek, tenant, contents(self), context.now(), context.random());
        }
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("a backup".to_owned());
        let bek = context.shared_major_key(MajorKeyKind::Bek)?;
        let contents = contents(self);
        let backup = context.new_backup(bek, contents)?;
        let (head, full) = (&backup.head, Error::Internal { what: "a backup too large" });
        let response = Response {
            head: Envelope::new(&head.encode()),
            parts: Number::new(head.parts).ok_or(full)?,
            items: Number::new(head.items).ok_or(full)?,
        };
        context.note(format!("a backup of {} items, contents {}", head.items, contents.code()));
        context.session_mut().put_backup(backup);
        Ok(response)
    }
}

fn contents(request: &Request) -> BackupContents {
    request.contents.unwrap_or(BackupContents::All)
}
