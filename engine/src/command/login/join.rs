//! Joins the session of a token.

use std::sync::Arc;

use protocol::command::login::join::{Request, Response};
use protocol::field::number::Number;
use protocol::tag::Tag;

use super::show::names;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;

const TK: Tag = Tag::of("TK");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        if context.session().login().is_some() {
            return Err(Error::LoginConflict { rule: "somebody is logged in on this connection; log out first" });
        }
        let tenant = context.tenant()?;
        let client = context.session().origin().certificate.clone();
        let mut logins = tenant.people().logins(context.now());
        let login = logins.find(|login| login.admits(self.token.bytes(), client.as_ref())).map(Arc::clone);
        let login = login.ok_or(Error::TokenUnknown { tag: TK })?;
        let partition = tenant.people().partition(login.partition()).ok_or(Error::TokenUnknown { tag: TK })?;
        let response = Response {
            identities: names(&login)?,
            role: partition.name.clone(),
            logins: Number::new(login.count().into()).ok_or(Error::Internal { what: "a number of logins" })?,
            required: Number::new(partition.logins_required.into()).ok_or(Error::LoginEnded)?,
        };
        context.session_mut().put_login(login);
        Ok(response)
    }
}
