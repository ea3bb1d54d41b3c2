//! Makes a request for a certificate of an RSA key.

use protocol::command::certificate::request_rsa::{Request, Response};
use protocol::field::certificate::Attribute;
use protocol::field::data::RequestBytes;
use protocol::tag::Tag;

use crate::certify;
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
        let organization = self.organization.as_ref().map(|name| (Attribute::Organization, name.as_str()));
        let subject = certify::name(&self.subject, organization.as_slice())?;
        let hash = certify::hash(context, Tag::of("RG"), self.hash)?;
        let request = certify::request(context, &self.private_key, &subject, None, hash, true)?;
        Ok(Response { request: RequestBytes::new(&request) })
    }
}
