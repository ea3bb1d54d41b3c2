//! Lists faults.

use protocol::command::behaviour::list_faults::{Request, Response};
use protocol::field::number::Number;
use protocol::field::text::Text;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

const FULL: Error = Error::Internal { what: "faults that do not fit their fields" };

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let state = context.administration().ok_or(Error::AdministrationOnly)?;
        let now = context.now();
        let faults = state.behaviour().map(|behaviour| behaviour.faults.as_slice()).unwrap_or_default();
        let lines = faults.iter().filter(|fault| !fault.is_over(now)).map(|fault| {
            format!(
                "{}/{}/{}/{}/{}/{}/{}/{}",
                fault.number,
                fault.kind.code(),
                fault.tenant.as_ref().map_or("*", |tenant| tenant.as_str()),
                fault.command.map_or("*", |command| command.spec().name),
                fault.per_thousand,
                fault.begins.0.saturating_sub(now.0),
                fault.ends.0.saturating_sub(now.0),
                fault.struck(),
            )
        });
        let lines: Vec<String> = lines.collect();
        let text = lines.join(",");
        Ok(Response {
            faults: u32::try_from(lines.len()).ok().and_then(Number::new).ok_or(FULL)?,
            list: (!text.is_empty()).then(|| Text::new(&text).ok_or(FULL)).transpose()?,
        })
    }
}
