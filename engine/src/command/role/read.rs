//! Reads what a role grants.

pub(super) use protocol::command::role::read::Response;

use protocol::command::role::read::Request;
use protocol::field::number::Number;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::partition::Partition;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let missing = Error::NameMissing { tag: Tag::of("RO"), what: "role" };
        told(context.tenant()?.people().partition(&self.role).ok_or(missing)?)
    }
}

/// A role as the wire tells it.
pub(super) fn told(partition: &Partition) -> Result<Response, Error> {
    let required = Number::new(partition.logins_required.into());
    Ok(Response {
        role: partition.name.clone(),
        permissions: partition.permissions,
        slots: partition.slots.clone(),
        commands: partition.commands,
        required: required.ok_or(Error::Internal { what: "a number of logins" })?,
    })
}
