//! Gives the public key of a pair that unwraps keys.

use protocol::command::wrapping::read::{Request, Response};
use protocol::field::code::PairUsage;
use protocol::field::data::PublicKeyBytes;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::key::PairPurpose;
use crate::pairs;

const RC: Tag = Tag::of("RC");

impl Execute for Request {
    fn is_slow(&self) -> bool {
        pairs::is_parsed(&self.pair)
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let pmk = pairs::pmk(context, RC, None)?;
        let pair = pairs::open(context, RC, &self.pair, PairPurpose::Unwrap)?;
        let public = pair.private().public();
        if public.modulus_length().is_none() {
            return Err(pairs::not_rsa(RC));
        }
        Ok(Response {
            public: PublicKeyBytes::new(public.spki()),
            trusted: pairs::bind(pmk, PairUsage::Wrap, public),
            check_value: context.check_value_of(public)?,
        })
    }
}
