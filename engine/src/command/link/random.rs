//! Gives random bytes.

use protocol::command::link::random::{Request, Response};
use protocol::field::data::Data;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::random;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let length = usize::try_from(self.length.value()).unwrap_or_default();
        Ok(Response { data: Data::with_length(length, |place| random::fill(context.random(), place)) })
    }
}
