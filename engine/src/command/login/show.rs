//! Tells who is logged in.

use protocol::command::login::show::{Request, Response};
use protocol::field::number::Number;
use protocol::field::text::Text;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::login::Login;

const FULL: Error = Error::Internal { what: "a session that does not fit its fields" };

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let (tenant, partition) = (context.tenant()?, context.partition()?);
        let login = context.session().login();
        let required = login.and_then(|login| tenant.people().partition(login.partition()));
        let left = login.and_then(|login| login.left(context.now()));
        Ok(Response {
            identities: login.map(|login| names(login)).transpose()?,
            role: partition.name.clone(),
            logins: Number::new(login.map_or(0, |login| login.count().into())).ok_or(FULL)?,
            required: Number::new(required.map_or(0, |required| required.logins_required.into())).ok_or(FULL)?,
            permissions: partition.permissions,
            slots: partition.slots.clone(),
            commands: partition.commands,
            seconds: left.map(|left| Number::new(left).ok_or(FULL)).transpose()?,
        })
    }
}

/// Who is logged in, comma separated.
pub(super) fn names(login: &Login) -> Result<Text<128>, Error> {
    let names: Vec<&str> = login.identities().map(|name| name.as_str()).collect();
    Text::new(&names.join(",")).ok_or(FULL)
}
