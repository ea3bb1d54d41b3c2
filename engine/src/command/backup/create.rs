//! Makes a backup.

use protocol::backup::Head;
use protocol::command::backup::create::{Request, Response};
use protocol::field::code::BackupContents;
use protocol::field::data::Envelope;
use protocol::field::number::Number;

use crate::backup::{self, Backup, Seal};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::MajorKeyKind;
use crate::random;

impl Execute for Request {
    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("a backup".to_owned());
        let bek = context.major_key(MajorKeyKind::Bek)?;
        let tenant = context.tenant()?;
        let contents = self.contents.unwrap_or(BackupContents::All);
        let keys = contents != BackupContents::Configuration;
        let configuration = contents != BackupContents::Keys;
        let (clear, items) = backup::pack(tenant, keys, configuration);
        let full = Error::Internal { what: "a backup too large" };
        let small = |count: usize| u32::try_from(count).map_err(|_| full);
        let mut id = [0; 16];
        random::fill(context.random(), &mut id);
        let head = Head {
            id,
            created: context.now().0,
            keys,
            configuration,
            tenant: tenant.name().as_str().to_owned(),
            bek: backup::mark(bek),
            parts: small(clear.len())?,
            items: small(items)?,
        };
        let seal = Seal::new(bek, &head);
        let parts = (1..).zip(&clear).map(|(number, part)| seal.seal(number, part).map_err(|_| full));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        context.note(format!("a backup of {items} items, contents {}", contents.code()));
        let response = Response {
            head: Envelope::new(&head.encode()),
            parts: Number::new(head.parts).ok_or(full)?,
            items: Number::new(head.items).ok_or(full)?,
        };
        context.session_mut().put_backup(Backup { head, parts });
        Ok(response)
    }
}
