//! Gives the public numbers of an RSA key pair.

use protocol::command::asymmetric::read_rsa::{Request, Response};
use protocol::field::data::PublicNumber;
use protocol::field::exponent::Exponent;
use protocol::field::number::Number;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::pairs;
use crate::public_key::Kind;

const RC: Tag = Tag::of("RC");

impl Execute for Request {
    fn is_slow(&self) -> bool {
        pairs::is_parsed(&self.pair)
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let pair = pairs::any(context, RC, &self.pair)?;
        let public = pair.private().public();
        let (Kind::Rsa(bits), Some((modulus, exponent))) = (public.kind(), public.rsa_numbers()) else {
            return Err(pairs::not_rsa(RC));
        };
        let exponent = exponent.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let bits = Number::new(bits.into()).ok_or(Error::Internal { what: "the size of a modulus" })?;
        Ok(Response { exponent: Exponent(exponent), bits, modulus: PublicNumber::new(modulus) })
    }
}
