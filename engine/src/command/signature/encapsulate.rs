//! Encapsulates a key for another's ML-KEM public key.

use protocol::command::signature::encapsulate::{Request, Response};
use protocol::field::code::PairUsage;
use protocol::field::data::Encapsulated;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::encapsulation::{Ask, wanted};
use crate::error::Error;
use crate::pairs;

const RD: Tag = Tag::of("RD");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let Self { header, major_key, kdf, key_type, hash, shared, .. } = self;
        let (major_key, kdf, key_type, hash) = (*major_key, *kdf, *key_type, *hash);
        let wanted =
            wanted(context, &Ask { header: *header, major_key, kdf, key_type, hash, shared: shared.as_ref() })?;
        let other = pairs::trusted(context, RD, &self.public, &[PairUsage::Agree])?.key;
        let made = other.encapsulate();
        let (encapsulated, secret) = made.map_err(|error| Error::PublicKey { tag: RD, error })?;
        let (key, check_value) = wanted.make(context, secret)?;
        Ok(Response { encapsulated: Encapsulated::new(&encapsulated), key, check_value })
    }
}
