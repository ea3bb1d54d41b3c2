//! Computes a keyed hash.

use protocol::command::mac::hmac::{Request, Response};
use protocol::field::code::HashCode;
use protocol::field::data::Data;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::hash::Hash;
use crate::held::{self, Purpose, Wanted};
use crate::key::Usage;
use crate::key::modifier::Modifier;
use crate::mac;

const AR: Tag = Tag::of("AR");
const RG: Tag = Tag::of("RG");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        if matches!(self.hash, HashCode::Md5 | HashCode::Ripemd160) {
            return Err(Error::Field { tag: RG, rule: "a keyed hash uses SHA-1 (1) or SHA-2 (4, 5, 6)" });
        }
        let wanted = Wanted { usages: &[Usage::M7], purpose: Purpose::GenerateMac, modifier: Modifier::MAC };
        let key = held::open(context, AR, &self.key, None, &wanted)?;
        let named = key.header().hash().map_err(|error| Error::Key { tag: AR, error })?;
        if named.is_some_and(|named| named != Hash::from(self.hash)) {
            let rule = "the key is for another hash function: its header says so in the optional block HM";
            return Err(Error::Conflict { tag: RG, rule });
        }
        let made = mac::hmac(Hash::from(self.hash), key.material(), self.data.expose());
        let made = made.map_err(|error| Error::Cipher { tag: AR, error })?;
        Ok(Response { mac: Data::new(made.expose()) })
    }
}
