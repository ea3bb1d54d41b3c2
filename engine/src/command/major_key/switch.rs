//! Switches to the pending major key.

use std::sync::Arc;

use protocol::command::major_key::switch::{Request, Response};
use protocol::tag::Tag;

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::key::check_value::check_value;
use crate::major_key::{Age, MajorKeyKind};

const FS: Tag = Tag::of("FS");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let kind = MajorKeyKind::from(self.major_key);
        let name = kind.name();
        context.note(format!("the {name} switched"));
        ceremonies::passwords_are_changed(context)?;
        let next = Arc::clone(context.major_key_of(kind, Age::Pending)?);
        let check_value_of_next = ceremonies::agreed(context, &next, &self.check_value)?;
        if kind == MajorKeyKind::Ftk && context.tenant()?.keys_behind() > 0 {
            return Err(Error::MajorKeyInUse {
                tag: FS,
                rule: "keys of the key table are not translated to the pending FTK yet; ZMTS translates them",
            });
        }
        let former = context.tenant()?.major_keys().of_age(kind, Age::Current);
        let former = Arc::clone(former.ok_or(Error::MajorKeyMissing { name })?);
        let value = check_value(former.algorithm(), None, former.expose());
        let check_value_of_former = ceremonies::digits(context, former.key_type(), &value)?;
        context.note(format!(
            "the {name} with check value {check_value_of_next} takes the place of {check_value_of_former}"
        ));
        let key_type = next.key_type().wire();
        context.load_major_key(kind, Age::Former, former)?;
        context.load_major_key(kind, Age::Current, next)?;
        context.clear_major_key(kind, Age::Pending)?;
        ceremonies::end_cards(context, kind)?;
        Ok(Response {
            major_key: self.major_key,
            key_type,
            check_value: check_value_of_next,
            former: check_value_of_former,
        })
    }
}
