//! Verifies a MAC by the key's own algorithm.

use protocol::command::mac::verify::{Request, Response};
use protocol::field::code::Verdict;
use protocol::tag::Tag;

use crate::authentication::{self, Algorithm};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::held::{self, Purpose};
use crate::mac;

const AR: Tag = Tag::of("AR");
const BP: Tag = Tag::of("BP");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let key = held::open(context, AR, &self.key, None, &authentication::wanted(Purpose::VerifyMac))?;
        let computed = Algorithm::of_usage(AR, &key)?.compute(AR, &key, self.data.expose())?;
        let given = self.mac.expose();
        if !(4..=computed.len()).contains(&given.len()) {
            return Err(Error::Field { tag: BP, rule: "a MAC has 4 bytes to the key's block length" });
        }
        let verdict = if mac::verify(computed.expose(), given) { Verdict::Yes } else { Verdict::No };
        Ok(Response { verdict, check_value: context.check_digits(key.check_value())? })
    }
}
