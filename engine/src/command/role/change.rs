//! Changes a role.

use protocol::command::role::change::{Request, Response};
use protocol::permission::Permission;
use protocol::tag::Tag;

use super::{add, read};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::partition::{self, ADMINISTRATOR, ANONYMOUS};

const RO: Tag = Tag::of("RO");
const PE: Tag = Tag::of("PE");
const LR: Tag = Tag::of("LR");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note(format!("role {}", self.role));
        let people = context.tenant()?.people();
        let mut partition = people.partition(&self.role).ok_or(Error::NameMissing { tag: RO, what: "role" })?.clone();
        if partition.name.as_str() == ADMINISTRATOR {
            return Err(Error::NameKept { tag: RO, rule: "this role stays as it is" });
        }
        add::granted(context, &partition)?;
        if let Some(permissions) = self.permissions {
            partition.permissions = permissions;
        }
        if let Some(slots) = self.slots.clone() {
            partition.slots = slots;
        }
        if let Some(commands) = self.commands {
            if !context.partition()?.permissions.contains(Permission::CommandSettings) {
                return Err(Error::PermissionMissing { permission: Permission::CommandSettings });
            }
            partition.commands = commands;
        }
        if let Some(required) = self.required {
            if partition.name.as_str() == ANONYMOUS {
                return Err(Error::Conflict {
                    tag: LR,
                    rule: "this role is what a connection has before anybody logs in",
                });
            }
            partition.logins_required = u8::try_from(required.value()).unwrap_or(2);
        }
        if partition.name.as_str() == ANONYMOUS && !partition::anonymous_at_most().covers(partition.permissions) {
            return Err(Error::Conflict { tag: PE, rule: "this role can have Keys and Keys:All Slots only" });
        }
        add::granted(context, &partition)?;
        add::dual(&partition)?;
        context.note(add::described(&partition));
        let read::Response { role, permissions, slots, commands, required } = read::told(&partition)?;
        add::put(context, partition)?;
        Ok(Response { role, permissions, slots, commands, required })
    }
}
