//! Verifies a certificate and gives its key as a trusted one.

use protocol::command::certificate::trust::{Request, Response};
use protocol::field::code::Verdict;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::pairs;
use crate::trusting::{self, Trust};

impl Execute for Request {
    /// A signature, or several verified: half a millisecond and more with RSA.
    fn is_slow(&self) -> bool {
        true
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let pmk = pairs::pmk(context, Tag::of("FS"), self.major_key)?;
        let ask = Trust {
            certificates: self.certificates.bytes(),
            issuer_key: self.issuer_key.as_ref(),
            usage: self.usage,
            rsa_only: false,
        };
        let trusted_key = trusting::trust(context, pmk, &ask)?;
        Ok(Response { trusted_key, verdict: Verdict::Yes })
    }
}
