//! Turns a cryptogram into a key block, both under the MFK.

use protocol::command::key::make_block::{Request, Response};
use protocol::field::key::KeyRef;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::exchange;
use crate::held;
use crate::key::modifier::Modifier;
use crate::major_key::MajorKeyKind;

const AK: Tag = Tag::of("AK");
const BG: Tag = Tag::of("BG");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let KeyRef::Cryptogram(bytes) = &self.key else {
            return Err(Error::Field { tag: BG, rule: "must be a cryptogram of 16, 32 or 48 hexadecimal digits" });
        };
        let header = held::template(AK, self.header)?;
        let modifier = Modifier::from(Some(self.modifier));
        exchange::allowed_by_modifier(modifier, &header)?;
        let kbpk = held::suitable(context, AK, MajorKeyKind::Mfk, header.version())?.kbpk();
        let version = header.version();
        let key = held::open_cryptogram(context, BG, bytes, modifier, header.attributes().usage)?;
        let key = exchange::described(key, header)?;
        let check_value = context.check_digits(key.check_value())?;
        Ok(Response { key_block: held::as_block(context, AK, kbpk, version, &key)?, check_value })
    }
}
