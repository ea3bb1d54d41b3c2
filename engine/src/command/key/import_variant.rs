//! Translates a cryptogram from a KEK with modifier to the MFK.

use protocol::command::key::import_variant::{Request, Response};
use protocol::field::code::OutputForm;
use protocol::field::key::GivenKey;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::exchange::{self, Import};
use crate::key::modifier::Modifier;

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        if matches!(self.key, GivenKey::KeyBlock(_)) {
            return Err(Error::Field { tag: Tag::of("BH"), rule: "must be a cryptogram; TWKM takes key blocks" });
        }
        let ask = Import {
            kek: &self.kek,
            key: &self.key,
            kek_modifier: Modifier::from(Some(self.modifier)),
            modifier: Some(self.modifier),
            major_key: None,
            form: Some(OutputForm::Cryptogram),
            header: None,
        };
        let (key, clear) = exchange::import(context, &ask)?;
        Ok(Response { key, check_value: context.check_digits(clear.check_value())? })
    }
}
