//! Aborts a ceremony.

use protocol::command::major_key::abort::{Request, Response};

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("a ceremony aborted".to_owned());
        let ceremony = ceremonies::find(context, self.ceremony)?;
        context.note(format!("ceremony for the {} aborted", ceremony.kind.name()));
        context.change(ChangeEffect::EndCeremony(ceremony.id), None)?;
        Ok(Response { ceremony: ceremony.id })
    }
}
