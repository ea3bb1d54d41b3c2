//! Hashes data.

use protocol::command::link::digest::{Request, Response};
use protocol::field::data::Data;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::hash::{self, Hash};

impl Execute for Request {
    fn execute(&self, _: &mut Context<'_>) -> Result<Response, Error> {
        let digest = hash::digest(Hash::from(self.hash), self.data.expose());
        Ok(Response { digest: Data::new(digest.as_bytes()) })
    }
}
