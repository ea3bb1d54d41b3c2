//! Issues a certificate for a request, signed by a CA's RSA key.

use protocol::command::certificate::sign_rsa::{Request, Response};
use protocol::field::data::Certificates;
use protocol::tag::Tag;

use crate::certify::{self, Asked, Issue};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::pairs;

impl Execute for Request {
    /// A signature, or several verified: half a millisecond and more with RSA.
    fn is_slow(&self) -> bool {
        true
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        pairs::pmk(context, Tag::of("FS"), self.major_key)?;
        let asked = Asked {
            start: self.start,
            days: self.days,
            key_usages: self.key_usages,
            constraints: self.constraints,
            serial: self.serial.as_ref(),
            hash: certify::hash(context, Tag::of("RG"), self.hash)?,
        };
        let ask = Issue {
            request: self.request.bytes(),
            issuer: self.issuer.bytes(),
            private_key: &self.private_key,
            asked,
            rsa_only: true,
        };
        let certificate = certify::issue(context, &ask)?;
        Ok(Response { certificate: Certificates::new(&certificate) })
    }
}
