//! Confirms a ceremony.

use protocol::command::major_key::confirm::{Request, Response};
use protocol::tag::Tag;

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::Age;
use crate::outcome::ChangeEffect;

const AE: Tag = Tag::of("AE");
const CE: Tag = Tag::of("CE");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("a ceremony confirmed".to_owned());
        ceremonies::passwords_are_changed(context)?;
        let ceremony = ceremonies::find(context, self.ceremony)?;
        let kind = ceremony.kind;
        context.note(format!("ceremony for the {} confirmed", kind.name()));
        let missing = Error::CeremonyIncomplete { tag: CE };
        if !ceremony.is_complete() {
            return Err(missing);
        }
        let (key_type, value) = ceremony.key_type().zip(ceremony.check_value()).ok_or(missing)?;
        if !ceremonies::agrees(&value, &self.check_value) {
            return Err(Error::CheckValueWrong { tag: AE });
        }
        let check_value = ceremonies::digits(context, key_type, &value)?;
        match ceremony.major_key().map_err(|error| Error::Key { tag: CE, error })? {
            Some(key) => {
                let (age, name) = (ceremony.age, kind.name());
                ceremonies::can_load(context, kind, age)?;
                let current = context.tenant()?.major_keys().find(kind);
                if age == Age::Pending && current.is_some_and(|current| current.expose() == key.expose()) {
                    return Err(Error::MajorKeyInUse {
                        tag: CE,
                        rule: "this key is the current one; a change needs another",
                    });
                }
                context.load_major_key(kind, age, key.into())?;
                let (age, key_type) = (age.name(), key_type.name());
                context.note(format!("the {age} {name} is loaded, {key_type}, check value {check_value}"));
            }
            None => context.note(format!("the {} is on cards, check value {check_value}", kind.name())),
        }
        context.change(ChangeEffect::EndCeremony(ceremony.id), None)?;
        Ok(Response { major_key: kind.selector(), key_type: key_type.wire(), check_value })
    }
}
