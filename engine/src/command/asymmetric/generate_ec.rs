//! Generates a key pair on a curve.

use protocol::command::asymmetric::generate_ec::{Request, Response};
use protocol::field::code::CurveCode;
use protocol::field::data::PublicKeyBytes;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::key::KeyPair;
use crate::pairs;
use crate::password::Work;
use crate::public_key::{Curve, F4, Kind};
use crate::random::Generator;
use crate::tenant::Tenant;

const BJ: Tag = Tag::of("BJ");
const CZ: Tag = Tag::of("CZ");
const RA: Tag = Tag::of("RA");
const RC: Tag = Tag::of("RC");
const RT: Tag = Tag::of("RT");

impl Execute for Request {
    fn prepare(&self, _tenant: &Tenant, random: &mut Generator, work: &mut Work) {
        if KeyPair::suits(self.usage, kind(self.curve)).is_ok() {
            work.generate(kind(self.curve), F4, random);
        }
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        let pmk = pairs::pmk(context, BJ, self.major_key)?;
        KeyPair::suits(self.usage, kind(self.curve)).map_err(|error| Error::Key { tag: CZ, error })?;
        let private = context.new_pair(RA, kind(self.curve), F4)?;
        let pair = KeyPair::of_usage(self.usage, private).map_err(|error| Error::Key { tag: CZ, error })?;
        let public = PublicKeyBytes::new(pair.private().public().spki());
        let trusted = pairs::bind(pmk, self.usage, pair.private().public());
        let private = pairs::place(context, (RC, self.target), (RT, self.label), pair, pmk)?;
        Ok(Response { private, public, trusted })
    }
}

const fn kind(curve: CurveCode) -> Kind {
    Kind::Ec(match curve {
        CurveCode::P256 => Curve::P256,
        CurveCode::P384 => Curve::P384,
        CurveCode::P521 => Curve::P521,
    })
}
