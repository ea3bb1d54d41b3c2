//! Signs data.

use protocol::command::signature::sign::{Request, Response};
use protocol::field::code::{Continue, Encoding, MoreFrames};
use protocol::field::data::Signature;
use protocol::field::pair::PairRef;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::continuation::{Gathered, Series};
use crate::error::Error;
use crate::key::PairPurpose;
use crate::pairs;
use crate::signing::{self, Form, Terms};

const CH: Tag = Tag::of("CH");
const FS: Tag = Tag::of("FS");
const RC: Tag = Tag::of("RC");
const RF: Tag = Tag::of("RF");
const RG: Tag = Tag::of("RG");

impl Execute for Request {
    /// Before the last frame there is only a hash to go on with, once the first has found its key. RSA takes half a
    /// millisecond and more, and parsing a private key out of a key block as much again.
    fn is_slow(&self) -> bool {
        let is_parsed = self.handle.is_none() && self.pair.as_ref().is_some_and(pairs::is_parsed);
        self.more != Some(MoreFrames::More) || is_parsed
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        pairs::pmk(context, FS, self.major_key)?;
        let (key, terms, data) = match self.handle {
            None => {
                let key = self.pair.clone().ok_or(Error::FieldNeeded { tag: RC, rule: "the key pair that signs" })?;
                let terms = terms(context, self, &key)?;
                let data = Gathered::new(terms.hash);
                (key, terms, data)
            }
            Some(handle) => {
                let Series { terms, data, .. } = signing::begun(context, handle)?;
                let key = terms.pair.clone().ok_or(Error::HandleUnknown { tag: CH })?;
                // What is repeated must be what was said; what is left out is taken from the first frame.
                if self.pair.as_ref().is_some_and(|pair| *pair != key) {
                    return Err(Error::Conflict { tag: RC, rule: "is not the key pair of the first frame" });
                }
                terms.form.repeats(self.hash, self.encoding, self.padding)?;
                (key, terms, data)
            }
        };
        if self.more == Some(MoreFrames::More) {
            let handle = signing::keep(context, self.handle, terms, data, &self.data)?;
            return Ok(Response { signature: None, wanted: Some(Continue::Continue), handle: Some(handle) });
        }
        let pair = pairs::open(context, RC, &key, PairPurpose::Sign)?;
        if *pair.private().public() != terms.key {
            return Err(Error::HandleUnknown { tag: CH });
        }
        let signed = signing::finish(data, &self.data)?;
        let signature = pair.private().sign(terms.scheme, signed.as_bytes(), context.random());
        let signature = signature.map_err(|error| Error::PublicKey { tag: RF, error })?;
        signing::end(context, self.handle);
        Ok(Response { signature: Some(Signature::new(&signature)), wanted: None, handle: None })
    }
}

fn terms(context: &Context<'_>, request: &Request, key: &PairRef) -> Result<Terms, Error> {
    let pair = pairs::open(context, RC, key, PairPurpose::Sign)?;
    let hash = request.hash.ok_or(Error::FieldNeeded { tag: RG, rule: "the hash function" })?;
    let form = Form { hash, encoding: request.encoding, usual: Encoding::Bare, padding: request.padding };
    let public = pair.private().public();
    let (hash, scheme) = signing::scheme(form, public.kind())?;
    Ok(Terms { key: public.clone(), hash, scheme, form, pair: Some(key.clone()), mark: None })
}
