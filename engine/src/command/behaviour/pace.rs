//! Sets the pace.

use protocol::command::behaviour::pace::{Request, Response};
use protocol::field::number::Number;
use protocol::field::text::Text;
use protocol::tag::Tag;

use crate::behaviour::{Behaviour, Bounds, Pace};
use crate::command::{self, Execute};
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;

const FULL: Error = Error::Internal { what: "latencies that do not fit their field" };

const NO_PROFILE: Error = Error::NameMissing { tag: Tag::of("PF"), what: "profile" };

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("the pace set".to_owned());
        let state = context.administration().ok_or(Error::AdministrationOnly)?;
        let named = self.tenant.as_ref().map(|name| context.any_tenant(name.as_str())).transpose()?;
        let tenant = named.map(|(_, tenant)| tenant.name());
        let mut behaviour: Behaviour = state.behaviour().map(|it| (**it).clone()).unwrap_or_default();
        let pace = tenant.map_or(Some(&behaviour.hsm), |tenant| behaviour.pace(tenant));
        let mut pace = pace.cloned().unwrap_or_default();
        match self.profile.as_ref().map(Text::as_str) {
            None => {}
            Some("") => pace = Pace::default(),
            Some(name) => pace = behaviour.profile(name).ok_or(NO_PROFILE)?.pace,
        }
        for (tag, given, bound) in [
            ("MC", self.connections.map(Number::value), &mut pace.bounds.connections),
            ("MS", self.sessions.map(Number::value), &mut pace.bounds.sessions),
            ("RC", self.slots.map(Number::value), &mut pace.bounds.slots),
        ] {
            if given.is_some() && tenant.is_none() {
                return Err(Error::Conflict { tag: Tag::of(tag), rule: "a tenant's limit, so RT is needed" });
            }
            *bound = given.map_or(*bound, |most| Some(most).filter(|most| *most > 0));
        }
        if tenant.is_none() {
            // The HSM as a whole has a pace; what there is of it, its configuration says.
            pace.bounds = Bounds::default();
        }
        let beyond = |slots| named.and_then(|(_, it)| it.table().highest()).is_some_and(|it| it.number() >= slots);
        if pace.bounds.slots.is_some_and(beyond) {
            let rule = "there are keys in slots beyond what the limit or profile allows; delete them first";
            return Err(Error::Field { tag: Tag::of("RC"), rule });
        }
        if let Some(throughput) = self.throughput {
            pace.throughput = Some(throughput.value()).filter(|rate| *rate > 0);
        }
        pace.when_busy = self.when_busy.unwrap_or(pace.when_busy);
        match (&self.command, self.latency) {
            (Some(name), latency) => pace.put_latency_of(command::named(name.as_str())?, latency),
            (None, Some(latency)) => pace.latency = Some(latency).filter(|latency| !latency.is_none()),
            (None, None) => {}
        }
        let whose = tenant.map_or("the HSM", |tenant| tenant.as_str());
        context.note(format!("the pace of {whose}: {pace}"));
        let own = pace.own_latencies();
        let response = Response {
            tenant: self.tenant.clone(),
            throughput: pace.throughput.and_then(Number::new),
            when_busy: pace.when_busy,
            latency: pace.latency,
            profile: pace.profile.as_deref().and_then(Text::new),
            connections: pace.bounds.connections.and_then(Number::new),
            sessions: pace.bounds.sessions.and_then(Number::new),
            slots: pace.bounds.slots.and_then(Number::new),
            commands: (!own.is_empty()).then(|| Text::new(&own).ok_or(FULL)).transpose()?,
        };
        behaviour.put_pace(tenant, pace);
        context.change_behaviour(named.map(|(id, _)| id), ChangeEffect::Behave(behaviour.into()));
        Ok(response)
    }
}
