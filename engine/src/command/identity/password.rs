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
        credentials::prepare(context, &self.identity, &self.password, work);
        credentials::prepare_new(context, Some(&self.new_password), work);
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note(format!("password of {}", self.identity));
        if !context.login()?.has(&self.identity) {
            return Err(Error::NotHere { tag: ID });
        }
        let mut identity = credentials::prove(context, &self.identity, &self.password)?.cleared();
        if let Some(rule) = password::fault(&self.new_password) {
            return Err(Error::PasswordRejected { tag: NP, rule });
        }
        if self.new_password == self.password {
            return Err(Error::PasswordRejected { tag: NP, rule: "not the one that it is now" });
        }
        let old = match &identity.password {
            Stored::Chosen(kept) => [kept.salt],
            Stored::Default | Stored::Nothing => [[0; password::SALT]],
        };
        identity.password = Stored::Chosen(context.new_password(&self.new_password, &old)?);
        identity.must_change = false;
        credentials::put(context, identity)?;
        Ok(Response { identity: self.identity })
    }
}
