//! Lists roles.

use protocol::command::role::list::{Request, Response};
use protocol::field::text::Text;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let partitions = context.tenant()?.people().partitions();
        let names: Vec<&str> = partitions.map(|partition| partition.name.as_str()).collect();
        let roles =
            Text::new(&names.join(",")).ok_or(Error::Internal { what: "a list that does not fit its field" })?;
        Ok(Response { roles })
    }
}
