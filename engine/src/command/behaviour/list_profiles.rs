//! Lists device profiles.

use protocol::command::behaviour::list_profiles::{Request, Response};
use protocol::field::text::Text;

use crate::behaviour::Profile;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let state = context.administration().ok_or(Error::AdministrationOnly)?;
        let lines: Vec<String> = match state.behaviour() {
            Some(behaviour) => behaviour.all_profiles().map(|profile| line(&profile)).collect(),
            None => Profile::ready_made().iter().map(line).collect(),
        };
        let full = Error::Internal { what: "profiles that do not fit their field" };
        Ok(Response { list: Text::new(&lines.join(",")).ok_or(full)? })
    }
}

fn line(profile: &Profile) -> String {
    let (pace, bounds) = (&profile.pace, profile.pace.bounds);
    let number = |most: Option<u32>| most.map_or_else(|| "*".to_owned(), |most| most.to_string());
    let latency = pace.latency.map_or_else(|| "0".to_owned(), |latency| latency.to_string());
    let [rate, connections, sessions, slots] =
        [pace.throughput, bounds.connections, bounds.sessions, bounds.slots].map(number);
    format!("{}/{rate}/{}/{latency}/{connections}/{sessions}/{slots}", profile.name, pace.when_busy.code())
}
