//! Verifies a signature.

use protocol::command::signature::verify::{Request, Response};
use protocol::field::code::{Continue, Encoding, MoreFrames, PairUsage, Verdict};
use protocol::field::data::Handle;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::continuation::{Gathered, Mark, Series};
use crate::error::Error;
use crate::pairs;
use crate::signing::{self, Form, Terms};

const CH: Tag = Tag::of("CH");
const FS: Tag = Tag::of("FS");
const RD: Tag = Tag::of("RD");
const RF: Tag = Tag::of("RF");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        pairs::pmk(context, FS, self.major_key)?;
        let key = pairs::trusted(context, RD, &self.public, &[PairUsage::SignVerify, PairUsage::Verify])?.key;
        let is_last = self.more != Some(MoreFrames::More);
        let series = if is_last && self.handle.is_none() && context.session_mut().continuations().is_empty() {
            // A signature that comes in one frame, as nearly all do, goes on with nothing.
            None
        } else {
            begun(context, self.handle, Mark::new(&key, self.signature.bytes()))?
        };
        let (before, terms, data) = match series {
            Some(Series { handle, terms, data, .. }) => {
                terms.form.repeats(Some(self.hash), self.encoding, self.padding)?;
                (Some(handle), terms, data)
            }
            None => {
                let form =
                    Form { hash: self.hash, encoding: self.encoding, usual: Encoding::Ber, padding: self.padding };
                let (hash, scheme) = signing::scheme(form, key.kind())?;
                let mark = (!is_last).then(|| Mark::new(&key, self.signature.bytes()));
                (None, Terms { key, hash, scheme, form, pair: None, mark }, Gathered::new(hash))
            }
        };
        if !is_last {
            let handle = signing::keep(context, before, terms, data, &self.data)?;
            return Ok(Response { verdict: None, wanted: Some(Continue::Continue), handle: Some(handle) });
        }
        let signed = signing::finish(data, &self.data)?;
        let is_one = terms.key.verify(terms.scheme, signed.as_bytes(), self.signature.bytes());
        let is_one = is_one.map_err(|error| Error::PublicKey { tag: RF, error })?;
        signing::end(context, before);
        let verdict = if is_one { Verdict::Yes } else { Verdict::No };
        Ok(Response { verdict: Some(verdict), wanted: None, handle: None })
    }
}

/// What a frame goes on with: the series of its handle, or without one what the request before gave a part of.
fn begun(context: &mut Context<'_>, handle: Option<Handle>, mark: Mark) -> Result<Option<Series>, Error> {
    let (unknown, now) = (Error::HandleUnknown { tag: CH }, context.now());
    let Some(handle) = handle else {
        let followed = context.session_mut().continuations().follow(mark, now);
        return followed.map(|series| series.cloned()).map_err(|_| unknown);
    };
    context.session_mut().continuations().interrupt(Some(handle));
    let series = signing::begun(context, handle)?;
    if series.terms.mark == Some(mark) { Ok(Some(series)) } else { Err(unknown) }
}
