//! Changes the password of an identity that is logged in.

use protocol::command::identity::password::{Request, Response};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::credentials;
use crate::error::Error;
use crate::password::{self, Stored};
use crate::work::Work;

const ID: Tag = Tag::of("ID");
const NP: Tag = Tag::of("NP");

impl Execute for Request {
    fn prepare(&self, context: &mut Context<'_>, work: &mut Work) {
        if admitted(self, context).is_err() {
            return;
        }
        credentials::prepare(context, &self.identity, &self.password, work);
        if rejected(self).is_none() {
            credentials::prepare_new(context, Some(&self.new_password), work);
        }
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note(format!("password of {}", self.identity));
        admitted(self, context)?;
        let mut identity = credentials::prove(context, &self.identity, &self.password)?.cleared();
        if let Some(rule) = rejected(self) {
            return Err(Error::PasswordRejected { tag: NP, rule });
        }
        let old = match &identity.password {
            Stored::Chosen(kept) => [kept.salt],
            Stored::Default | Stored::Nothing => [[0; password::SALT]],
        };
        identity.password = Stored::Chosen(context.new_password(&self.new_password, &old)?);
        identity.must_change = false;
        credentials::put(context, identity)?;
        Ok(Response { identity: self.identity.clone() })
    }
}

/// Only whoever is logged in here changes a password, and only the own one.
fn admitted(request: &Request, context: &Context<'_>) -> Result<(), Error> {
    if context.login()?.has(&request.identity) { Ok(()) } else { Err(Error::NotHere { tag: ID }) }
}

/// What speaks against the new password, told to nobody but whoever knows the old one.
fn rejected(request: &Request) -> Option<&'static str> {
    let same = (request.new_password == request.password).then_some("not the one that it is now");
    password::fault(&request.new_password).or(same)
}
