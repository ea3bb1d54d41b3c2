//! Generates a key pair of Ed25519, ML-DSA or ML-KEM.

use protocol::command::asymmetric::generate::{Request, Response};
use protocol::field::code::PairKind;
use protocol::field::data::PublicKeyBytes;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::key::KeyPair;
use crate::pairs;
use crate::password::Work;
use crate::public_key::{F4, Kind, MlDsa, MlKem};
use crate::random::Generator;
use crate::tenant::Tenant;

const BJ: Tag = Tag::of("BJ");
const CZ: Tag = Tag::of("CZ");
const RA: Tag = Tag::of("RA");
const RC: Tag = Tag::of("RC");
const RT: Tag = Tag::of("RT");

impl Execute for Request {
    fn prepare(&self, _tenant: &Tenant, random: &mut Generator, work: &mut Work) {
        if KeyPair::suits(self.usage, kind(self.kind)).is_ok() {
            work.generate(kind(self.kind), F4, random);
        }
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        let pmk = pairs::pmk(context, BJ, self.major_key)?;
        KeyPair::suits(self.usage, kind(self.kind)).map_err(|error| Error::Key { tag: CZ, error })?;
        let private = context.new_pair(RA, kind(self.kind), F4)?;
        let pair = KeyPair::of_usage(self.usage, private).map_err(|error| Error::Key { tag: CZ, error })?;
        let public = PublicKeyBytes::new(pair.private().public().spki());
        let trusted = pairs::bind(pmk, self.usage, pair.private().public());
        let private = pairs::place(context, (RC, self.target), (RT, self.label), pair, pmk)?;
        Ok(Response { private, public, trusted })
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
