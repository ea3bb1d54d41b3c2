//! Clears a major key.

use protocol::command::major_key::clear::{Request, Response};
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
        context.note(format!("the {} cleared", kind.name()));
        let key = context.major_key(kind)?;
        ceremonies::agreed(context, key, &self.check_value)?;
        if kind == MajorKeyKind::Ftk && context.tenant()?.keys() > 0 {
            return Err(Error::MajorKeyInUse {
                tag: FS,
                rule: "the FTK seals the keys of the key table; delete them first",
            });
        }
        let keys = context.tenant()?.major_keys();
        if [Age::Pending, Age::Former].iter().any(|age| keys.of_age(kind, *age).is_some()) {
            return Err(Error::MajorKeyInUse {
                tag: FS,
                rule: "a change of this major key is under way; switch and retire, or discard, first",
            });
        }
        context.clear_major_key(kind, Age::Current)?;
        ceremonies::end_cards(context, kind)?;
        Ok(Response { major_key: self.major_key })
    }
}
