//! Translates a key from a major key to a KEK, without its check value.

use protocol::command::key::export_data::{Request, Response};

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::exchange::{self, Export};

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let ask = Export {
            kek: &self.kek,
            key: &self.key,
            major_key: self.major_key,
            form: self.form,
            modifier: self.modifier,
            header: self.header,
        };
        let (key, _) = exchange::export(context, &ask)?;
        Ok(Response { key })
    }
}
