//! Empties a slot of the asymmetric table.

use protocol::command::asymmetric::delete::{Request, Response};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.asymmetric(Tag::of("RC"), self.slot.into())?;
        context.remove_asymmetric(self.slot.into())?;
        Ok(Response { slot: self.slot })
    }
}
