//! Unlocks an identity from outside its tenant.

use protocol::command::admin::unlock::{Request, Response};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::credentials;
use crate::error::Error;
use crate::outcome::ChangeEffect;
use crate::password;
use crate::record::Record;
use crate::work::Work;

const ID: Tag = Tag::of("ID");
const PW: Tag = Tag::of("PW");

impl Execute for Request {
    fn prepare(&self, context: &mut Context<'_>, work: &mut Work) {
        credentials::prepare_new(context, self.password.as_ref(), work);
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note(format!("identity {} of tenant {} unlocked", self.identity, self.tenant.as_str()));
        let (id, tenant) = context.any_tenant(self.tenant.as_str())?;
        let known = tenant.people().identity(&self.identity);
        let mut identity = known.ok_or(Error::NameMissing { tag: ID, what: "identity" })?.clone().cleared();
        if let Some(password) = &self.password {
            if let Some(rule) = password::fault(password) {
                return Err(Error::PasswordRejected { tag: PW, rule });
            }
            identity.password = password::Stored::Chosen(context.new_password(password, &[])?);
            identity.must_change = true;
        }
        let (device, random) = context.device();
        let record = Record::identity(tenant.name(), &identity, device, random);
        context.change_of(id, ChangeEffect::EndLogins(self.identity.clone()), None);
        context.change_of(id, ChangeEffect::PutIdentity(identity.into()), record);
        Ok(Response { identity: self.identity.clone() })
    }
}
