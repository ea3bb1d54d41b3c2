//! Generates an RSA key pair.

use protocol::command::asymmetric::generate_rsa::{Request, Response};
use protocol::field::code::ModulusBits;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::placing::NewPair;
use crate::public_key::Kind;
use crate::work::Work;

impl Execute for Request {
    fn prepare(&self, context: &mut Context<'_>, work: &mut Work) {
        asked(self).prepare(context, work);
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let (private, public, trusted) = asked(self).generate(context)?;
        Ok(Response { private, public, trusted })
    }
}

fn asked(request: &Request) -> NewPair<'_> {
    NewPair {
        kind: kind(request.bits),
        exponent: request.exponent.0,
        usage: request.usage,
        major_key: request.major_key,
        target: request.target,
        label: request.label.as_ref(),
    }
}

const fn kind(bits: ModulusBits) -> Kind {
    match bits {
        ModulusBits::Rsa2048 => Kind::Rsa(2048),
        ModulusBits::Rsa3072 => Kind::Rsa(3072),
        ModulusBits::Rsa4096 => Kind::Rsa(4096),
    }
}
