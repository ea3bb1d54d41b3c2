//! Adds a fault.

use protocol::ErrorCode;
use protocol::command::Command;
use protocol::command::behaviour::add_fault::{Request, Response};
use protocol::field::code::FaultKind;
use protocol::field::number::Number;
use protocol::tag::Tag;

use crate::behaviour::{Behaviour, Fault};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::hsm::Timestamp;
use crate::outcome::ChangeEffect;

const AM: Tag = Tag::of("AM");
const CO: Tag = Tag::of("CO");
const LA: Tag = Tag::of("LA");
const RT: Tag = Tag::of("RT");

impl Execute for Request {
    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note(format!("fault {} added", self.kind.code()));
        let state = context.administration().ok_or(Error::AdministrationOnly)?;
        let named = self.tenant.as_ref().map(|name| context.any_tenant(name.as_str())).transpose()?;
        let tenant = named.map(|(_, tenant)| tenant.name().clone());
        let command = self.command.as_ref().map(|name| {
            let name = name.as_str().as_bytes().try_into().ok();
            name.and_then(Command::parse).ok_or(Error::Field { tag: CO, rule: "no command has this name" })
        });
        let command = command.transpose()?;
        let is_of_connections = matches!(self.kind, FaultKind::Away | FaultKind::Expired);
        let only = |tag, is_given: bool, fits: bool| match (is_given, fits) {
            (true, false) => Err(Error::Conflict { tag, rule: "a fault of this kind does not take it" }),
            (true | false, true) | (false, false) => Ok(()),
        };
        only(LA, self.delay.is_some(), self.kind == FaultKind::Delay)?;
        only(AM, self.error.is_some(), self.kind == FaultKind::Refuse)?;
        only(CO, command.is_some(), !is_of_connections)?;
        only(RT, tenant.is_some(), self.kind != FaultKind::Expired)?;
        if self.kind == FaultKind::Delay && self.delay.is_none() {
            return Err(Error::FieldNeeded { tag: LA, rule: "how long the delay is" });
        }
        let error = match (self.kind, self.error) {
            (FaultKind::Refuse, None) => return Err(Error::FieldNeeded { tag: AM, rule: "which error" }),
            (FaultKind::Refuse, Some(number)) => {
                let known = u16::try_from(number.value()).ok().and_then(ErrorCode::from_number);
                known.ok_or(Error::Field { tag: AM, rule: "no error has this number" })?
            }
            _ => ErrorCode::MajorKeyMissing,
        };
        let now = context.now();
        let mut behaviour: Behaviour = state.behaviour().map(|it| (**it).clone()).unwrap_or_default();
        behaviour.faults.retain(|fault| !fault.is_over(now));
        if behaviour.faults.len() >= Behaviour::MOST {
            return Err(Error::TenantFull { what: "faults", most: Behaviour::MOST });
        }
        behaviour.last += 1;
        let begins = Timestamp(now.0 + self.after.map_or(0, |after| u64::from(after.value())));
        let ends = Timestamp(begins.0 + u64::from(self.seconds.value()));
        let fault = Fault::new(
            behaviour.last,
            self.kind,
            (tenant.clone(), command),
            self.per_thousand.map_or(1000, Number::value),
            self.delay,
            error,
            (begins, ends),
            self.seed.map_or(0, Number::value),
        );
        let number = Number::new(behaviour.last).ok_or(Error::Internal { what: "the number of a fault" })?;
        behaviour.faults.push(fault.into());
        let whom = tenant.map_or_else(|| "every tenant".to_owned(), |tenant| tenant.to_string());
        context.note(format!(
            "fault {} of kind {} for {whom}, {}, lasts {} s",
            behaviour.last,
            self.kind.code(),
            command.map_or("every command", |command| command.spec().name),
            self.seconds.value(),
        ));
        context.change_behaviour(named.map(|(id, _)| id), ChangeEffect::Behave(behaviour.into()));
        Ok(Response { fault: number })
    }
}
