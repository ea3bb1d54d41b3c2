//! Gives the public key of a key pair.

use protocol::command::asymmetric::read_public::{Request, Response};
use protocol::field::data::PublicKeyBytes;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::pairs;

const RC: Tag = Tag::of("RC");

impl Execute for Request {
    fn is_slow(&self) -> bool {
        pairs::is_parsed(&self.pair)
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let pmk = pairs::pmk(context, RC, None)?;
        let pair = pairs::any(context, RC, &self.pair)?;
        let public = pair.private().public();
        Ok(Response {
            public: PublicKeyBytes::new(public.spki()),
            trusted: pair.usage().map(|usage| pairs::bind(pmk, usage, public)),
            check_value: context.check_value_of(public)?,
        })
    }
}
