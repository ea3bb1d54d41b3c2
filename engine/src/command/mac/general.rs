//! Generates a MAC by a named algorithm and padding.

use protocol::command::mac::general::{Request, Response};
use protocol::field::code::{MacAlgorithm, MacPadding};
use protocol::field::data::Data;
use protocol::tag::Tag;

use crate::authentication::{self, Algorithm};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::held::{self, Purpose, Wanted};
use crate::key::Usage;
use crate::mac::Padding;

const AR: Tag = Tag::of("AR");
const AD: Tag = Tag::of("AD");
const ZA: Tag = Tag::of("ZA");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let padding = match self.padding.unwrap_or(MacPadding::Method1) {
            MacPadding::Method1 => Padding::Method1,
            MacPadding::Method2 => Padding::Method2,
        };
        let usages: &'static [Usage] = match self.algorithm {
            MacAlgorithm::CbcMac => &[Usage::M0, Usage::M1],
            MacAlgorithm::Retail => &[Usage::M3],
            MacAlgorithm::Cmac => &[Usage::M6],
        };
        if self.algorithm == MacAlgorithm::Cmac && self.padding.is_some() {
            return Err(Error::Conflict { tag: ZA, rule: "CMAC pads by itself" });
        }
        let wanted = Wanted { usages, ..authentication::wanted(Purpose::GenerateMac) };
        let key = held::open(context, AR, &self.key, self.major_key, &wanted)?;
        let algorithm = match self.algorithm {
            MacAlgorithm::CbcMac => Algorithm::CbcMac(padding),
            MacAlgorithm::Retail => Algorithm::Retail(padding),
            MacAlgorithm::Cmac => Algorithm::Cmac,
        };
        let mac = algorithm.compute(AR, &key, self.data.expose())?;
        let length = authentication::length(AD, self.length, mac.len(), mac.len())?;
        Ok(Response { mac: Data::new(&mac.expose()[..length]), check_value: context.check_digits(key.check_value())? })
    }
}
