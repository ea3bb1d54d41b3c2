//! Answers with the text that came.

use protocol::command::link::echo::{Request, Response};

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

impl Execute for Request {
    fn execute(&self, _: &mut Context<'_>) -> Result<Response, Error> {
        Ok(Response { text: self.text.clone() })
    }
}
