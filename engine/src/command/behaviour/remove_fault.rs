//! Ends faults.

use protocol::command::behaviour::remove_fault::{Request, Response};
use protocol::field::number::Number;
use protocol::tag::Tag;

use crate::behaviour::Behaviour;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("faults ended".to_owned());
        let state = context.administration().ok_or(Error::AdministrationOnly)?;
        let now = context.now();
        let mut behaviour: Behaviour = state.behaviour().map(|it| (**it).clone()).unwrap_or_default();
        behaviour.faults.retain(|fault| !fault.is_over(now));
        let before = behaviour.faults.len();
        match self.fault {
            None => behaviour.faults.clear(),
            Some(number) => behaviour.faults.retain(|fault| fault.number != number.value()),
        }
        let ended = before - behaviour.faults.len();
        if self.fault.is_some() && ended == 0 {
            return Err(Error::NameMissing { tag: Tag::of("FI"), what: "fault" });
        }
        context.note(format!("{ended} faults ended"));
        context.change_behaviour(None, ChangeEffect::Behave(behaviour.into()));
        let faults = u32::try_from(ended).ok().and_then(Number::new);
        Ok(Response { faults: faults.ok_or(Error::Internal { what: "a number of faults" })? })
    }
}
