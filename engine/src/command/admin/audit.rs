//! Reads the HSM's own audit log.

use protocol::command::admin::audit::{Request, Response};
use protocol::field::number::Number;

use crate::audit::DEVICE;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::recorded;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let (count, records, last) =
            recorded::page(context, DEVICE, self.after.map(Number::value), self.most.map(Number::value))?;
        Ok(Response { count, records, last })
    }

    /// The records are on the disk.
    fn is_slow(&self) -> bool {
        true
    }
}
