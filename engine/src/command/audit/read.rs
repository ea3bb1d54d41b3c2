//! Reads a tenant's audit log.

use protocol::command::audit::read::{Request, Response};
use protocol::field::number::Number;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::recorded;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let log = context.tenant()?.name().as_str();
        let (count, records, last) =
            recorded::page(context, log, self.after.map(Number::value), self.most.map(Number::value))?;
        Ok(Response { count, records, last })
    }

    /// The records are on the disk.
    fn is_slow(&self) -> bool {
        true
    }
}
