//! Emulates a tamper event.

use protocol::command::admin::tamper::{Request, Response};
use protocol::field::number::Number;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;
use crate::record::Record;
use crate::wipe;

const SG: Tag = Tag::of("SG");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("a tamper event".to_owned());
        let state = context.administration().ok_or(Error::AdministrationOnly)?;
        if context.facts().serial != self.serial.as_str() {
            return Err(Error::Field { tag: SG, rule: "is the serial number of another HSM; ZSTA tells this one's" });
        }
        let (mut major_keys, mut keys) = (0, 0);
        for tenant in state.tenants() {
            let Some(id) = state.find(tenant.name().as_str()) else { continue };
            let wiped = wipe::keys(tenant);
            major_keys += wiped.major_keys;
            keys += wiped.keys;
            for (effect, record) in wiped.changes {
                context.change_of(id, effect, record);
            }
            context.change_of(id, ChangeEffect::Tamper(true), Record::tampered(tenant.name(), true));
        }
        context.note(format!("a tamper event: {major_keys} major keys and {keys} keys are wiped"));
        let full = Error::Internal { what: "a number of keys" };
        Ok(Response { major_keys: Number::new(major_keys).ok_or(full)?, keys: Number::new(keys).ok_or(full)? })
    }
}
