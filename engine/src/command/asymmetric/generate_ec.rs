//! Generates a key pair on a curve.

use protocol::command::asymmetric::generate_ec::{Request, Response};
use protocol::field::code::CurveCode;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::placing::NewPair;
use crate::public_key::{Curve, F4, Kind};
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
        kind: kind(request.curve),
        exponent: F4,
        usage: request.usage,
        major_key: request.major_key,
        target: request.target,
        label: request.label.as_ref(),
    }
}

const fn kind(curve: CurveCode) -> Kind {
    Kind::Ec(match curve {
        CurveCode::P256 => Curve::P256,
        CurveCode::P384 => Curve::P384,
        CurveCode::P521 => Curve::P521,
    })
}
