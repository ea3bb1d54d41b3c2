//! Adds a role.

use protocol::command::role::add::{Request, Response};
use protocol::field::grant::Commands;
use protocol::permission::Permission;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::ChangeEffect;
use crate::partition::Partition;
use crate::people;
use crate::record::Record;

const LR: Tag = Tag::of("LR");
const RO: Tag = Tag::of("RO");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let partition = Partition {
            name: self.role.clone(),
            permissions: self.permissions.unwrap_or_default(),
            slots: self.slots.clone().unwrap_or_default(),
            commands: self.commands.unwrap_or(Commands::All),
            logins_required: u8::try_from(self.required.map_or(1, |number| number.value())).unwrap_or(2),
        };
        context.note(described(&partition));
        let people = context.tenant()?.people();
        if people.partition(&self.role).is_some() {
            return Err(Error::NameTaken { tag: RO, rule: "a role has this name already" });
        }
        if people.partitions().count() >= people::MOST {
            return Err(Error::TenantFull { what: "roles", most: people::MOST });
        }
        granted(context, &partition)?;
        dual(&partition)?;
        put(context, partition)?;
        Ok(Response { role: self.role.clone() })
    }
}

/// Nothing is granted that the session does not have, unless it may grant all.
pub(super) fn granted(context: &Context<'_>, partition: &Partition) -> Result<(), Error> {
    let own = context.partition()?;
    let may = own.covers(partition) || own.permissions.contains(Permission::RoleAssignAll);
    if may { Ok(()) } else { Err(Error::GrantRefused { tag: RO }) }
}

/// Major keys are changed by two people, whatever their role.
pub(super) fn dual(partition: &Partition) -> Result<(), Error> {
    let needs_two = Permission::DUAL.iter().any(|it| partition.permissions.contains(*it));
    if needs_two && partition.logins_required < 2 {
        return Err(Error::Conflict {
            tag: LR,
            rule: "a role that loads, backs up, clears or wipes major keys needs two logins: LR2",
        });
    }
    Ok(())
}

pub(super) fn put(context: &mut Context<'_>, partition: Partition) -> Result<(), Error> {
    let tenant = context.tenant()?;
    let (device, random) = context.device();
    let record = Record::partition(tenant.name(), &partition, device, random);
    context.change(ChangeEffect::PutPartition(partition.into()), record)
}

/// For the audit.
pub(super) fn described(partition: &Partition) -> String {
    let Partition { name, permissions, slots, commands, logins_required } = partition;
    format!("role {name}: permissions {permissions}, slots {slots}, commands {commands}, logins {logins_required}")
}
