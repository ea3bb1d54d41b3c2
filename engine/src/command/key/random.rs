//! Generates a key in clear.

use protocol::command::key::random::{Request, Response};
use protocol::field::data::ClearKey;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::key::{self, KeyType};

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let material = key::generate(KeyType::from(self.length), context.random());
        Ok(Response { key: ClearKey::new(material.expose()) })
    }
}
