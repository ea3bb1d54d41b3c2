//! Verifies a signature over a message.

use protocol::command::signature::verify_message::{Request, Response};
use protocol::field::code::{PairUsage, Verdict};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::pairs;
use crate::public_key::Scheme;

const RD: Tag = Tag::of("RD");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let key = pairs::trusted(context, RD, &self.public, &[PairUsage::SignVerify, PairUsage::Verify])?.key;
        let is_one = key.verify(Scheme::Message, self.message.expose(), self.signature.bytes());
        let is_one = is_one.map_err(|error| Error::PublicKey { tag: RD, error })?;
        Ok(Response { verdict: if is_one { Verdict::Yes } else { Verdict::No } })
    }
}
