//! Adds a fault.

use protocol::command::behaviour::add_fault::{Request, Response};
use protocol::field::code::FaultKind;
use protocol::field::number::Number;
use protocol::tag::Tag;

use crate::behaviour::Behaviour;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;

const NOTHING_EXPIRED: &str =
    "this HSM has no certificate whose validity is over; `expired` in [certificates] names one";

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note(format!("fault {} added", self.kind.code()));
        let state = context.administration().ok_or(Error::AdministrationOnly)?;
        if self.kind == FaultKind::ServerExpired && !context.can_show_expired() {
            return Err(Error::Field { tag: Tag::of("KI"), rule: NOTHING_EXPIRED });
        }
        let named = self.tenant.as_ref().map(|name| context.any_tenant(name.as_str())).transpose()?;
        let tenant = named.map(|(_, tenant)| tenant.name());
        let mut behaviour: Behaviour = state.behaviour().map(|it| (**it).clone()).unwrap_or_default();
        let fault = behaviour.add(self, tenant, context.now())?;
        let number = Number::new(fault.number).ok_or(Error::Internal { what: "the number of a fault" })?;
        context.note(fault.to_string());
        context.change_behaviour(named.map(|(id, _)| id), ChangeEffect::Behave(behaviour.into()));
        Ok(Response { fault: number })
    }
}
