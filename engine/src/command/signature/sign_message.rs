//! Signs a message.

use protocol::command::signature::sign_message::{Request, Response};
use protocol::field::data::Signature;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::key::PairPurpose;
use crate::pairs;
use crate::public_key::Scheme;

const RC: Tag = Tag::of("RC");

impl Execute for Request {
    fn is_slow(&self) -> bool {
        pairs::is_parsed(&self.pair)
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let pair = pairs::open(context, RC, &self.pair, PairPurpose::Sign)?;
        let signature = pair.private().sign(Scheme::Message, self.message.expose(), context.random());
        let signature = signature.map_err(|error| Error::PublicKey { tag: RC, error })?;
        Ok(Response { signature: Signature::new(&signature) })
    }
}
