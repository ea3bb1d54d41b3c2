//! Lists identities.

use std::fmt::Write as _;

use protocol::command::identity::list::{Request, Response};
use protocol::field::number::Number;
use protocol::field::text::Text;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::identity::Identity;

/// Listed when `CM` is absent: of at most 150 characters each, so that they fit.
const MOST: u32 = 300;
const FULL: Error = Error::Internal { what: "a list that does not fit its fields" };

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let people = context.tenant()?.people();
        let most = usize::try_from(self.most.map_or(MOST, Number::value)).unwrap_or_default();
        let found: Vec<&Identity> = people.identities_after(self.after.as_ref()).take(most + 1).collect();
        let mut entries = String::new();
        for identity in found.iter().take(most) {
            let separator = if entries.is_empty() { "" } else { "," };
            let condition = identity.condition(context.now()).word();
            let (name, role, failures) = (&identity.name, &identity.partition, identity.failures);
            let _ = write!(entries, "{separator}{name}/{role}/{condition}/{failures}/");
            for byte in identity.certificate.iter().flat_map(|certificate| certificate.bytes()) {
                let _ = write!(entries, "{byte:02X}");
            }
        }
        let has_more = found.len() > most;
        Ok(Response {
            listed: u32::try_from(found.len().min(most)).ok().and_then(Number::new).ok_or(FULL)?,
            entries: (!entries.is_empty()).then(|| Text::new(&entries).ok_or(FULL)).transpose()?,
            next: found.get(most - 1).filter(|_| has_more).map(|identity| identity.name.clone()),
        })
    }
}
