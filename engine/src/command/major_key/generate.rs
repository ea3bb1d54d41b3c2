//! Generates a major key.

use protocol::command::major_key::generate::{Request, Response};
use protocol::tag::Tag;

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::key::{KeyType, check_value};
use crate::major_key::{MajorKey, MajorKeyKind};

const CT: Tag = Tag::of("CT");
const FS: Tag = Tag::of("FS");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let kind = MajorKeyKind::from(self.major_key);
        context.note(format!("the {} generated", kind.name()));
        ceremonies::passwords_are_changed(context)?;
        let key_type = ceremonies::key_type(CT, kind, self.key_type.map(KeyType::from))?;
        let age = ceremonies::age(self.pending);
        ceremonies::can_load(context, kind, age)?;
        let now = context.now();
        if context.tenant()?.ceremonies().any(|ceremony| ceremony.kind == kind && !ceremony.is_over(now)) {
            return Err(Error::CeremonyConflict {
                tag: FS,
                rule: "a ceremony for this major key is under way; ZMLI lists it",
            });
        }
        let key = MajorKey::generate(key_type, context.random()).map_err(|error| Error::Key { tag: CT, error })?;
        let value = check_value::check_value(key_type.algorithm(), None, key.expose());
        let check_value = ceremonies::digits(context, key_type, &value)?;
        let name = kind.name();
        context.note(format!("the {} {name} is generated, {}, check value {check_value}", age.name(), key_type.name()));
        context.load_major_key(kind, age, key.into())?;
        Ok(Response { major_key: self.major_key, key_type: key_type.wire(), check_value })
    }
}
