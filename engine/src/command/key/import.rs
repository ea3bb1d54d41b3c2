//! Translates a key from a KEK without modifier to a major key.

use protocol::command::key::import::{Request, Response};

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::exchange::{self, Import};
use crate::key::modifier::Modifier;

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let ask = Import {
            kek: &self.kek,
            key: &self.key,
            kek_modifier: Modifier::NONE,
            modifier: self.modifier,
            major_key: self.major_key,
            form: self.form,
            header: self.header,
        };
        let (key, clear) = exchange::import(context, &ask)?;
        Ok(Response { key, check_value: context.check_digits(clear.check_value())? })
    }
}
