//! Loads an RSA key into the asymmetric table.

use protocol::command::asymmetric::load_rsa::{Request, Response};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::placing::Given;
use crate::public_key::{self, Kind};
use crate::work::Work;

const BG: Tag = Tag::of("BG");
const SD: Tag = Tag::of("SD");

impl Execute for Request {
    fn prepare(&self, context: &mut Context<'_>, work: &mut Work) {
        given(self).prepare(context, work);
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let tag = if self.private.is_some() { BG } else { SD };
        let key = given(self).key(context)?;
        if !matches!(key.public().kind(), Kind::Rsa(_)) {
            return Err(Error::PublicKey { tag, error: public_key::Error::Kind("an RSA key; ASYL takes others") });
        }
        let check_value = context.check_value_of(key.public())?;
        let slot = given(self).store(context, key)?;
        Ok(Response { slot, check_value })
    }
}

fn given(request: &Request) -> Given<'_> {
    Given {
        private: request.private.as_ref(),
        trusted: request.trusted.as_ref(),
        slot: request.slot,
        label: request.label.as_ref(),
    }
}
