//! Gives the RSA public key in a trusted public key.

use protocol::command::asymmetric::open_trusted_rsa::{Request, Response};
use protocol::field::data::PublicKeyBytes;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::pairs;

const SD: Tag = Tag::of("SD");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let trusted = pairs::any_trusted(context, SD, &self.trusted)?;
        Ok(Response { public: PublicKeyBytes::new(trusted.key.rsa_public_key().ok_or(pairs::not_rsa(SD))?) })
    }
}
