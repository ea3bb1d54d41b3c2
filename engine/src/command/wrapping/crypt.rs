//! Encrypts and decrypts data with RSA.

use protocol::command::wrapping::crypt::{Request, Response};
use protocol::field::code::{Direction, PairUsage};
use protocol::field::data::DataPart;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::key::PairPurpose;
use crate::pairs;

const BO: Tag = Tag::of("BO");
const RC: Tag = Tag::of("RC");
const RD: Tag = Tag::of("RD");

impl Execute for Request {
    fn is_slow(&self) -> bool {
        self.direction == Direction::Decrypt
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let padding = pairs::padding(self.padding);
        let refused = |error| Error::PublicKey { tag: BO, error };
        let full = Error::Internal { what: "a result longer than its field" };
        let result = match self.direction {
            Direction::Encrypt => {
                if self.pair.is_some() {
                    return Err(Error::Conflict { tag: RC, rule: "a public key, in RD, encrypts" });
                }
                let public =
                    self.public.as_ref().ok_or(Error::FieldNeeded { tag: RD, rule: "the public key that encrypts" })?;
                let key = pairs::trusted(context, RD, public, &[PairUsage::Data])?.key;
                DataPart::new(&key.encrypt(padding, self.data.expose()).map_err(refused)?)
            }
            Direction::Decrypt => {
                if self.public.is_some() {
                    return Err(Error::Conflict { tag: RD, rule: "a private key, in RC, decrypts" });
                }
                let pair =
                    self.pair.as_ref().ok_or(Error::FieldNeeded { tag: RC, rule: "the key pair that decrypts" })?;
                let pair = pairs::open(context, RC, pair, PairPurpose::Decrypt)?;
                let clear = pair.private().decrypt(padding, self.data.expose()).map_err(refused)?;
                DataPart::new(clear.expose())
            }
        };
        Ok(Response { result: result.ok_or(full)? })
    }
}
