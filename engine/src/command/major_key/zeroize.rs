//! Zeroises the tenant.

use protocol::command::major_key::zeroize::{Request, Response};
use protocol::field::number::Number;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;
use crate::wipe;

const RT: Tag = Tag::of("RT");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("the tenant zeroised".to_owned());
        let tenant = context.tenant()?;
        if tenant.name().as_str() != self.tenant.as_str() {
            return Err(Error::Field { tag: RT, rule: "is the name of another tenant than this session's" });
        }
        let wiped = wipe::keys(tenant);
        let (major_keys, keys) = (wiped.major_keys, wiped.keys);
        for (effect, record) in wiped.changes {
            context.change(effect, record)?;
        }
        for ceremony in tenant.ceremonies() {
            context.change(ChangeEffect::EndCeremony(ceremony.id), None)?;
        }
        context.note(format!("the tenant is zeroised: {major_keys} major keys and {keys} keys are wiped"));
        let full = Error::Internal { what: "a number of keys" };
        Ok(Response { major_keys: Number::new(major_keys).ok_or(full)?, keys: Number::new(keys).ok_or(full)? })
    }
}
