//! Deletes an identity.

use protocol::command::identity::delete::{Request, Response};
use protocol::tag::Tag;

use super::add;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;
use crate::record::Record;

const ID: Tag = Tag::of("ID");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note(format!("identity {} deleted", self.identity));
        let tenant = context.tenant()?;
        let known = tenant.people().identity(&self.identity);
        let known = known.ok_or(Error::NameMissing { tag: ID, what: "identity" })?;
        add::grantable(context, &known.partition)?;
        if !tenant.people().can_do_without(&known.name) {
            return Err(Error::NameKept { tag: ID, rule: "the tenant needs this identity to be administered" });
        }
        context.change(ChangeEffect::EndLogins(self.identity.clone()), None)?;
        let record = Record::no_identity(tenant.name(), &self.identity);
        context.change(ChangeEffect::RemoveIdentity(self.identity.clone()), record)?;
        Ok(Response { identity: self.identity.clone() })
    }
}
