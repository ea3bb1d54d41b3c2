//! Trusts a public key.

use protocol::command::asymmetric::trust::{Request, Response};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::key::KeyPair;
use crate::pairs;
use crate::public_key::PublicKey;
use crate::trusted_key::Basis;

const CZ: Tag = Tag::of("CZ");
const RD: Tag = Tag::of("RD");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        if context.login()?.count() < 2 {
            return Err(Error::DualControl);
        }
        let pmk = pairs::pmk(context, RD, None)?;
        let key = PublicKey::from_der(self.public.bytes()).map_err(|error| Error::PublicKey { tag: RD, error })?;
        KeyPair::suits(self.usage, key.kind()).map_err(|error| Error::Key { tag: CZ, error })?;
        let check_value = context.check_value_of(&key)?;
        context.note(format!("a public key with check value {check_value} is trusted for {}", self.usage.code()));
        Ok(Response { trusted: pairs::bind_on(Basis::Administrators, pmk, self.usage, key), check_value })
    }
}
