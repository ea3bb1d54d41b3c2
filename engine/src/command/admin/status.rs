//! Tells what this HSM is.

use protocol::command::admin::status::{Request, Response};
use protocol::field::number::Number;
use protocol::field::text::Text;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

const FULL: Error = Error::Internal { what: "facts that do not fit their fields" };

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let state = context.administration().ok_or(Error::AdministrationOnly)?;
        let facts = context.facts();
        let listeners: Vec<String> =
            facts.listeners.iter().map(|(name, address)| format!("{name}={address}")).collect();
        let tenants: Vec<&str> = state.tenants().map(|tenant| tenant.name().as_str()).collect();
        let faults = state.behaviour().map(|behaviour| behaviour.faults.as_slice()).unwrap_or_default();
        let faults = faults.iter().filter(|fault| !fault.is_over(context.now())).count();
        let uptime = context.now().0.saturating_sub(facts.started.0);
        Ok(Response {
            serial: Text::new(&facts.serial).ok_or(FULL)?,
            version: Text::new(&facts.version).ok_or(FULL)?,
            uptime: Number::new(u32::try_from(uptime).unwrap_or(u32::MAX)).ok_or(FULL)?,
            listeners: Text::new(&listeners.join(",")).ok_or(FULL)?,
            tenants: Text::new(&tenants.join(",")).ok_or(FULL)?,
            faults: u32::try_from(faults).ok().and_then(Number::new),
        })
    }
}
