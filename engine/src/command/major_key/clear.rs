//! Clears a major key.

use protocol::command::major_key::clear::{Request, Response};
use protocol::tag::Tag;

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::key::check_value;
use crate::major_key::MajorKeyKind;

const AE: Tag = Tag::of("AE");
const FS: Tag = Tag::of("FS");

impl Execute for Request {
    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        let kind = MajorKeyKind::from(self.major_key);
        context.note(format!("the {} cleared", kind.name()));
        let key = context.major_key(kind)?;
        let value = check_value::check_value(key.algorithm(), None, key.expose());
        if !ceremonies::agrees(&value, &self.check_value) {
            return Err(Error::CheckValueWrong { tag: AE });
        }
        if kind == MajorKeyKind::Ftk && !context.tenant()?.table().is_empty() {
            return Err(Error::MajorKeyInUse {
                tag: FS,
                rule: "the FTK seals the keys of the key table; delete them first",
            });
        }
        context.clear_major_key(kind)?;
        Ok(Response { major_key: self.major_key })
    }
}
