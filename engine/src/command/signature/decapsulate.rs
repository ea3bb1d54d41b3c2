//! Decapsulates a key with an ML-KEM private key.

use protocol::command::signature::decapsulate::{Request, Response};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::encapsulation::{Ask, wanted};
use crate::error::Error;
use crate::key::PairPurpose;
use crate::pairs;
use crate::public_key;

const BH: Tag = Tag::of("BH");
const RC: Tag = Tag::of("RC");

impl Execute for Request<'_> {
    fn is_slow(&self) -> bool {
        pairs::is_parsed(&self.pair)
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let Self { header, major_key, kdf, key_type, hash, shared, .. } = self;
        let (major_key, kdf, key_type, hash) = (*major_key, *kdf, *key_type, *hash);
        let wanted =
            wanted(context, &Ask { header: *header, major_key, kdf, key_type, hash, shared: shared.as_ref() })?;
        let pair = pairs::open(context, RC, &self.pair, PairPurpose::Agree)?;
        let secret = pair.private().decapsulate(self.encapsulated.bytes());
        let secret = secret.map_err(|error| {
            let tag = if matches!(error, public_key::Error::Length(_)) { BH } else { RC };
            Error::PublicKey { tag, error }
        })?;
        let (key, check_value) = wanted.make(context, secret)?;
        Ok(Response { key, check_value })
    }
}
