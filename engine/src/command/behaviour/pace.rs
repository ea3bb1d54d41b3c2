//! Sets the pace.

use protocol::buffer::Buffer;
use protocol::command::behaviour::pace::{Request, Response};
use protocol::field::Value as _;
use protocol::field::number::Number;

use crate::behaviour::Behaviour;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;

impl Execute for Request {
    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("the pace set".to_owned());
        let state = context.administration().ok_or(Error::AdministrationOnly)?;
        let named = self.tenant.as_ref().map(|name| context.any_tenant(name.as_str())).transpose()?;
        let tenant = named.map(|(_, tenant)| tenant.name());
        let mut behaviour: Behaviour = state.behaviour().map(|it| (**it).clone()).unwrap_or_default();
        let mut pace = tenant.map_or(behaviour.hsm, |tenant| behaviour.pace(tenant));
        if let Some(throughput) = self.throughput {
            pace.throughput = Some(throughput.value()).filter(|rate| *rate > 0);
        }
        pace.when_busy = self.when_busy.unwrap_or(pace.when_busy);
        if let Some(latency) = self.latency {
            pace.latency = Some(latency).filter(|latency| !latency.is_none());
        }
        behaviour.put_pace(tenant, pace);
        let mut latency = Buffer::new();
        pace.latency.iter().for_each(|it| it.write(&mut latency));
        context.note(format!(
            "the pace of {}: {} commands/s, {}, latency {} us",
            tenant.map_or("the HSM", |tenant| tenant.as_str()),
            pace.throughput.map_or_else(|| "any".to_owned(), |rate| rate.to_string()),
            pace.when_busy.code(),
            if latency.is_empty() { "0".to_owned() } else { String::from_utf8_lossy(&latency).into_owned() },
        ));
        context.change_behaviour(named.map(|(id, _)| id), ChangeEffect::Behave(behaviour.into()));
        Ok(Response {
            tenant: self.tenant,
            throughput: pace.throughput.and_then(Number::new),
            when_busy: pace.when_busy,
            latency: pace.latency,
        })
    }
}
