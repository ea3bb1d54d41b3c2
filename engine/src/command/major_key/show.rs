//! Tells how a ceremony stands.

use protocol::command::major_key::show::{Request, Response};
use protocol::field::code::Yes;
use protocol::field::data::{Fingerprint, SetId};
use protocol::field::text::Text;
use protocol::tag::Tag;

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::ceremony::Ceremony;
use crate::major_key::{Age, MajorKeyKind};

const CE: Tag = Tag::of("CE");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let ceremony = match self.ceremony {
            Some(id) => ceremonies::find(context, id)?,
            None => only(context, self.major_key.map(MajorKeyKind::from))?,
        };
        let (scheme, signature) = ceremonies::attestation(context, ceremony)?;
        let (done, total) = ceremony.progress();
        let custodians: Vec<&str> = ceremony.custodians().iter().map(|name| name.as_str()).collect();
        let custodians = custodians.join(",");
        let key_type = ceremony.key_type();
        let whole = key_type.zip(ceremony.check_value());
        let full = Error::Internal { what: "a ceremony that does not fit its fields" };
        Ok(Response {
            ceremony: ceremony.id,
            major_key: ceremony.kind.selector(),
            method: ceremony.method(),
            pending: (ceremony.age == Age::Pending).then_some(Yes::Yes),
            key_type: key_type.map(|key_type| key_type.wire()),
            done: ceremonies::count(done)?,
            total: total.map(ceremonies::count).transpose()?,
            set: ceremony.set().map(|set| SetId(set.id())),
            custodians: (!custodians.is_empty()).then(|| Text::new(&custodians).ok_or(full)).transpose()?,
            key_check_value: whole
                .map(|(key_type, value)| ceremonies::digits(context, key_type, &value))
                .transpose()?,
            tenant: ceremonies::tenant(context)?,
            public_key: Fingerprint::new(ceremony.pair.public()),
            scheme,
            signature,
            seconds: ceremonies::left(context, ceremony)?,
        })
    }
}

/// The ceremony for a major key, or the only one.
fn only<'a>(context: &Context<'a>, kind: Option<MajorKeyKind>) -> Result<&'a Ceremony, Error> {
    let now = context.now();
    let mut found = context
        .tenant()?
        .ceremonies()
        .filter(|ceremony| !ceremony.is_over(now) && kind.is_none_or(|kind| ceremony.kind == kind));
    match (found.next(), found.next()) {
        (Some(ceremony), None) => Ok(ceremony),
        (Some(_), Some(_)) => Err(Error::FieldNeeded { tag: CE, rule: "several ceremonies are under way" }),
        (None, _) => Err(Error::CeremonyMissing { tag: CE }),
    }
}
