//! Loads an RSA key into the asymmetric table.

use protocol::command::asymmetric::load_rsa::{Request, Response};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::pairs;
use crate::public_key::{self, Kind};

const BG: Tag = Tag::of("BG");
const RC: Tag = Tag::of("RC");
const RT: Tag = Tag::of("RT");
const SD: Tag = Tag::of("SD");

impl Execute for Request {
    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        let tag = if self.private.is_some() { BG } else { SD };
        let key = pairs::given(context, self.private.as_ref(), self.trusted.as_ref())?;
        if !matches!(key.public().kind(), Kind::Rsa(_)) {
            return Err(Error::PublicKey { tag, error: public_key::Error::Kind("an RSA key; ASYL takes others") });
        }
        let check_value = context.check_value_of(key.public())?;
        let slot = pairs::store(context, (RC, self.slot), (RT, self.label), key)?;
        Ok(Response { slot, check_value })
    }
}
