//! Generates a key pair of Ed25519, ML-DSA or ML-KEM.

use protocol::command::asymmetric::generate::{Request, Response};
use protocol::field::code::PairKind;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::placing::NewPair;
use crate::public_key::{F4, Kind, MlDsa, MlKem};
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
        kind: kind(request.kind),
        exponent: F4,
        usage: request.usage,
        major_key: request.major_key,
        target: request.target,
        label: request.label.as_ref(),
    }
}

const fn kind(kind: PairKind) -> Kind {
    match kind {
        PairKind::Ed25519 => Kind::Ed25519,
        PairKind::MlDsa44 => Kind::MlDsa(MlDsa::Set44),
        PairKind::MlDsa65 => Kind::MlDsa(MlDsa::Set65),
        PairKind::MlDsa87 => Kind::MlDsa(MlDsa::Set87),
        PairKind::MlKem512 => Kind::MlKem(MlKem::Set512),
        PairKind::MlKem768 => Kind::MlKem(MlKem::Set768),
        PairKind::MlKem1024 => Kind::MlKem(MlKem::Set1024),
    }
}
