//! Deletes a key from the key table.

use protocol::command::table::delete::{Request, Response};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.entry(Tag::of("RC"), self.slot.into())?;
        context.remove_key(self.slot.into())?;
        Ok(Response { slot: self.slot })
    }
}
