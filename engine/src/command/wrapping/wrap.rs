//! Wraps a key under an RSA public key.

use protocol::command::wrapping::wrap::{Request, Response};
use protocol::field::code::PairUsage;
use protocol::field::data::DataPart;
use protocol::field::key::KeyRef;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::held::{self, Held};
use crate::key::{self, Exportability};
use crate::pairs;

const BG: Tag = Tag::of("BG");
const RD: Tag = Tag::of("RD");

impl Execute for Request {
    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        let public = pairs::trusted(context, RD, &self.public, &[PairUsage::Wrap])?.key;
        let key = match &self.key {
            KeyRef::Slot(slot) => Held::Stored(context.entry(BG, (*slot).into())?),
            KeyRef::KeyBlock(block) => Held::Carried(held::open_block(context, BG, block, self.major_key)?),
            KeyRef::Cryptogram(_) => {
                return Err(Error::Field {
                    tag: BG,
                    rule: "must be a slot or a key block; a cryptogram says not whether it may leave",
                });
            }
        };
        let given = key.attributes().exportability;
        if given == Exportability::NonExportable {
            return Err(Error::ExportRefused { tag: BG, given: given.letter(), form: "a key under RSA" });
        }
        // RSA is as strong as AES-128 with 3,072 bits; no more is asked for.
        let needed = key.attributes().algorithm.strength(key.material().len()).min(128);
        if public.kind().strength() < needed && !context.policy()?.weaker_wrapping {
            return Err(Error::Key { tag: RD, error: key::Error::WeakerWrapping });
        }
        let wrapped = public.encrypt(pairs::padding(self.padding), key.material().expose());
        let wrapped = wrapped.map_err(|error| Error::PublicKey { tag: RD, error })?;
        let wrapped = DataPart::new(&wrapped).ok_or(Error::Internal { what: "a wrapped key longer than its field" })?;
        Ok(Response { wrapped, check_value: context.check_digits(key.check_value())? })
    }
}
