//! Makes a certificate that its subject's private key signs.

use protocol::command::certificate::self_sign::{Request, Response};
use protocol::field::certificate::Attribute;
use protocol::field::data::Certificates;
use protocol::tag::Tag;

use crate::certify::{self, Asked};
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
        let second = self.second_name.as_ref().map(|name| (Attribute::OrganizationalUnit, name.as_str()));
        let subject = certify::name(&self.subject, second.as_slice())?;
        let asked = Asked {
            start: self.start,
            days: self.days,
            key_usages: self.key_usages,
            constraints: self.constraints,
            serial: self.serial.as_ref(),
            hash: certify::hash(context, Tag::of("AL"), self.hash)?,
        };
        let certificate = certify::self_signed(context, &self.private_key, &subject, &asked)?;
        Ok(Response { certificate: Certificates::new(&certificate) })
    }
}
