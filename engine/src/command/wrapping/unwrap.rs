//! Unwraps a key with an RSA private key.

use protocol::command::wrapping::unwrap::{Request, Response};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::exchange;
use crate::held;
use crate::key::{Algorithm, PairPurpose, WorkingKey};
use crate::major_key::MajorKeyKind;
use crate::pairs;
use crate::public_key;

const AK: Tag = Tag::of("AK");
const BH: Tag = Tag::of("BH");
const FS: Tag = Tag::of("FS");
const RC: Tag = Tag::of("RC");

impl Execute for Request {
    fn is_slow(&self) -> bool {
        true
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        let header = held::template(AK, &self.header)?;
        let version = header.version();
        let kind = match (self.major_key, version.algorithm()) {
            (Some(selector), _) => selector.into(),
            (None, Algorithm::Aes) => MajorKeyKind::Pmk,
            (None, _) => MajorKeyKind::Mfk,
        };
        let major_key = held::suitable(context, FS, kind, version)?;
        let pair = pairs::open(context, RC, &self.pair, PairPurpose::Unwrap)?;
        let clear = pair.private().decrypt(pairs::padding(self.padding), self.wrapped.expose());
        let clear = clear.map_err(|error| Error::PublicKey { tag: BH, error })?;
        // A length that is none of the header's algorithm is one more way to be wrong.
        let wrong = Error::PublicKey { tag: BH, error: public_key::Error::DoesNotDecrypt };
        let key = WorkingKey::new(header, clear).map_err(|_| wrong)?;
        exchange::acceptable(context, BH, &key)?;
        let check_value = context.check_digits(key.check_value())?;
        let key = held::as_block(context, FS, major_key.kbpk(), version, &key)?;
        Ok(Response { key, check_value })
    }
}
