//! Deletes a role.

use protocol::command::role::delete::{Request, Response};
use protocol::tag::Tag;

use super::add;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;
use crate::record::Record;

const RO: Tag = Tag::of("RO");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note(format!("role {} deleted", self.role));
        let tenant = context.tenant()?;
        let people = tenant.people();
        let partition = people.partition(&self.role).ok_or(Error::NameMissing { tag: RO, what: "role" })?;
        if partition.is_built_in() {
            return Err(Error::NameKept { tag: RO, rule: "every tenant has this role" });
        }
        if people.identities().any(|identity| identity.partition == self.role) {
            return Err(Error::NameKept { tag: RO, rule: "an identity has this role" });
        }
        add::granted(context, partition)?;
        let record = Record::no_partition(tenant.name(), &self.role);
        context.change(ChangeEffect::RemovePartition(self.role.clone()), record)?;
        Ok(Response { role: self.role.clone() })
    }
}
