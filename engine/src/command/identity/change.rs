//! Changes an identity.

use protocol::command::identity::change::{Request, Response};
use protocol::tag::Tag;

use super::add;
use crate::command::Execute;
use crate::context::Context;
use crate::credentials;
use crate::error::Error;
use crate::outcome::ChangeEffect;
use crate::work::Work;

const ID: Tag = Tag::of("ID");

impl Execute for Request {
    fn prepare(&self, context: &mut Context<'_>, work: &mut Work) {
        credentials::prepare_new(context, self.password.as_ref(), work);
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note(format!("identity {}", self.identity));
        let people = context.tenant()?.people();
        let known = people.identity(&self.identity).ok_or(Error::NameMissing { tag: ID, what: "identity" })?;
        // Who changes somebody's password can be that somebody: it takes the same right as granting the role.
        add::grantable(context, &known.partition)?;
        let (mut identity, mut said) = (known.clone(), Vec::new());
        if let Some(role) = &self.role {
            let partition = add::grantable(context, role)?;
            if partition.name != known.partition && !people.can_do_without(&known.name) {
                return Err(Error::NameKept { tag: ID, rule: "the tenant needs this identity to be administered" });
            }
            said.push(format!("role {}", partition.name));
            identity.partition = partition.name.clone();
        }
        if self.password.is_some() {
            identity.password = add::chosen(context, self.password.as_ref())?;
            identity.must_change = true;
            said.push("password".to_owned());
        }
        if self.certificate.is_some() {
            add::free(context, self.certificate.as_ref(), Some(known))?;
            identity.certificate = self.certificate.clone();
            said.push("certificate".to_owned());
        }
        if self.unlock.is_some() {
            identity = identity.cleared();
            said.push("unlocked".to_owned());
        }
        if self.role.is_some() || self.password.is_some() {
            context.change(ChangeEffect::EndLogins(known.name.clone()), None)?;
        }
        context.note(format!("identity {}: {}", self.identity, said.join(", ")));
        credentials::put(context, identity)?;
        Ok(Response { identity: self.identity.clone() })
    }
}
