//! Translates a trusted public key.

use protocol::command::asymmetric::translate_trusted::{Request, Response};
use protocol::field::code::Yes;
use protocol::field::data::TrustedBytes;
use protocol::tag::Tag;

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::MajorKeyKind;
use crate::trusted_key::TrustedKey;

const SD: Tag = Tag::of("SD");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let (old, new) = ceremonies::change(context, MajorKeyKind::Pmk)?;
        let open = |pmk: &crate::major_key::MajorKey| TrustedKey::open(pmk.trust(), self.trusted.bytes());
        let (trusted, is_translated) = match (open(&old), open(&new)) {
            (Ok(trusted), _) => (TrustedBytes::new(&trusted.bind(new.trust())), true),
            (Err(_), Ok(_)) => (self.trusted.clone(), false),
            (Err(_), Err(_)) => return Err(Error::Distrusted { tag: SD }),
        };
        Ok(Response { trusted, translated: is_translated.then_some(Yes::Yes) })
    }
}
