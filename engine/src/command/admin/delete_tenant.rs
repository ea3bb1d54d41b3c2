//! Deletes a tenant.

use protocol::command::admin::delete_tenant::{Request, Response};
use protocol::field::number::Number;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;
use crate::record::Record;
use crate::wipe;

const CN: Tag = Tag::of("CN");
const RT: Tag = Tag::of("RT");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note(format!("tenant {} deleted", self.tenant.as_str()));
        let (id, tenant) = context.any_tenant(self.tenant.as_str())?;
        if !tenant.is_created() {
            return Err(Error::TenantConfigured { tag: RT });
        }
        if self.confirmation.as_str() != tenant.name().as_str() {
            return Err(Error::Field { tag: CN, rule: "must be the tenant's name again" });
        }
        let (name, people) = (tenant.name(), tenant.people());
        let wiped = wipe::keys(tenant);
        for (effect, record) in wiped.changes {
            context.change_of(id, effect, record);
        }
        for identity in people.identities() {
            context.change_of(id, ChangeEffect::EndLogins(identity.name.clone()), None);
            let record = Record::no_identity(name, &identity.name);
            context.change_of(id, ChangeEffect::RemoveIdentity(identity.name.clone()), record);
        }
        for partition in people.partitions() {
            let record = Record::no_partition(name, &partition.name);
            context.change_of(id, ChangeEffect::RemovePartition(partition.name.clone()), record);
        }
        context.change_of(id, ChangeEffect::Tamper(false), Record::tampered(name, false));
        context.change_of(id, ChangeEffect::DeleteTenant, Record::no_tenant(name));
        let keys = Number::new(wiped.keys).ok_or(Error::Internal { what: "a number of keys" })?;
        Ok(Response { tenant: self.tenant.clone(), keys })
    }
}
