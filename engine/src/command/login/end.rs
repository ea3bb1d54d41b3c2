//! Logs everybody on the session out.

use protocol::command::login::end::{Request, Response};

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let names: Vec<String> = context.login()?.identities().map(ToString::to_string).collect();
        context.note(format!("logout of {}", names.join(" and ")));
        context.session_mut().log_out();
        Ok(Response {})
    }
}
