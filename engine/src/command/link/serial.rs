//! Gives the serial number.

use protocol::command::link::serial::{Request, Response};
use protocol::field::text::Text;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let serial = Text::new(&context.facts().serial).ok_or(Error::Internal { what: "an illegal serial number" })?;
        Ok(Response { serial })
    }
}
