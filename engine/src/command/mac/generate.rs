//! Generates a MAC by the key's own algorithm.

use protocol::command::mac::generate::{Request, Response};
use protocol::field::data::Data;
use protocol::tag::Tag;

use crate::authentication::{self, Algorithm};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::held::{self, Purpose};

const AR: Tag = Tag::of("AR");
const AD: Tag = Tag::of("AD");

/// Bytes of a MAC when `AD` is absent.
const LENGTH: usize = 8;

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let key = held::open(context, AR, &self.key, None, &authentication::wanted(Purpose::GenerateMac))?;
        let mac = Algorithm::of_usage(AR, &key)?.compute(AR, &key, self.data.expose())?;
        let length = authentication::length(AD, self.length, LENGTH, mac.len())?;
        Ok(Response { mac: Data::new(&mac.expose()[..length]), check_value: context.check_digits(key.check_value())? })
    }
}
