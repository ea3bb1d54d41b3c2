//! Verifies a signature.

use protocol::command::signature::verify::{Request, Response};
use protocol::field::code::{Continue, Encoding, MoreFrames, PairUsage, Verdict};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::continuation::Gathered;
use crate::error::Error;
use crate::pairs;
use crate::signing::{self, Form, Terms};

const CH: Tag = Tag::of("CH");
const FS: Tag = Tag::of("FS");
const RD: Tag = Tag::of("RD");
const RF: Tag = Tag::of("RF");

impl Execute for Request {
    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        pairs::pmk(context, FS, self.major_key)?;
        let key = pairs::trusted(context, RD, &self.public, &[PairUsage::SignVerify, PairUsage::Verify])?.key;
        let form = Form { hash: self.hash, encoding: self.encoding, usual: Encoding::Ber, padding: self.padding };
        let (hash, scheme) = signing::scheme(form, key.kind())?;
        let terms = Terms { key, hash, scheme, pair: None, signature: Some(self.signature.bytes().to_vec()) };
        let now = context.now();
        let data = match self.handle {
            Some(handle) => {
                let (begun, data) = signing::begun(context, handle)?;
                if begun != terms {
                    return Err(Error::HandleUnknown { tag: CH });
                }
                data
            }
            None => match context.session_mut().continuations().take_same(&terms, now) {
                Some(begun) => begun.data,
                None => Gathered::new(hash),
            },
        };
        if self.more == Some(MoreFrames::More) {
            let handle = signing::keep(context, terms, data, &self.data)?;
            return Ok(Response { verdict: None, wanted: Some(Continue::Continue), handle: Some(handle) });
        }
        let signed = signing::finish(data, &self.data)?;
        let is_one = terms.key.verify(scheme, signed.as_bytes(), self.signature.bytes());
        let is_one = is_one.map_err(|error| Error::PublicKey { tag: RF, error })?;
        let verdict = if is_one { Verdict::Yes } else { Verdict::No };
        Ok(Response { verdict: Some(verdict), wanted: None, handle: None })
    }
}
