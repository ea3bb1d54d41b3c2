//! Proves how a tenant's audit log ends.

use protocol::command::audit::head::{Request, Response};
use protocol::field::data::{Fingerprint, Signature};
use protocol::field::number::Number;

use crate::audit::attested;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::{ceremonies, recorded};

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let log = context.tenant()?.name().as_str();
        let head = recorded::head(context, log)?;
        let made = context.attest(&attested(log, &head));
        let number = u32::try_from(head.number).ok().and_then(Number::new);
        Ok(Response {
            tenant: ceremonies::tenant(context)?,
            number: number.ok_or(Error::Internal { what: "an audit log too long" })?,
            digest: Fingerprint::new(&head.digest),
            scheme: made.as_ref().and_then(|made| Number::new(made.scheme.into())),
            signature: made.map(|made| Signature::new(&made.signature)),
        })
    }
}
