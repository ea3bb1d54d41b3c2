//! Gives the public key in a trusted public key.

use protocol::command::asymmetric::open_trusted::{Request, Response};
use protocol::field::data::PublicKeyBytes;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::pairs;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let trusted = pairs::any_trusted(context, Tag::of("SD"), &self.trusted)?;
        Ok(Response {
            public: PublicKeyBytes::new(trusted.key.spki()),
            usage: trusted.usage,
            check_value: context.check_value_of(&trusted.key)?,
        })
    }
}
