//! Loads a key into the asymmetric table.

use protocol::command::asymmetric::load::{Request, Response};

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::placing::Given;
use crate::work::Work;

impl Execute for Request {
    fn prepare(&self, context: &mut Context<'_>, work: &mut Work) {
        given(self).prepare(context, work);
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let key = given(self).key(context)?;
        let check_value = context.check_value_of(key.public())?;
        let slot = given(self).store(context, key)?;
        Ok(Response { slot, check_value })
    }
}

fn given(request: &Request) -> Given<'_> {
    Given {
        private: request.private.as_ref(),
        trusted: request.trusted.as_ref(),
        slot: request.slot,
        label: request.label.as_ref(),
    }
}
