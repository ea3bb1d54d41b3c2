//! Partitions, which are roles: what a session may do (wire.md B.6.6 to B.6.8).

use protocol::command::{Command, Needs};
use protocol::field::grant::{Commands, SlotRanges};
use protocol::field::name::PartitionName;
use protocol::permission::{Permission, Permissions};

use crate::slot::Slot;

/// The role of a new tenant's administrators: everything, under dual control.
pub const ADMINISTRATOR: &str = "Administrator";
/// What a connection has before anybody logs in (the vendor's Transaction Processing partition).
pub const ANONYMOUS: &str = "Anonymous";
/// The role of those who bring a component or a card to a ceremony and do nothing else.
pub const CUSTODIAN: &str = "Custodian";

/// Permissions that the anonymous partition can have.
const ANONYMOUS_AT_MOST: [Permission; 2] = [Permission::Keys, Permission::AllSlots];

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// Its name.
    pub name: PartitionName,
    /// What it may do.
    pub permissions: Permissions,
    /// Slots that it reaches without [`Permission::AllSlots`].
    pub slots: SlotRanges,
    /// Commands that it may call.
    pub commands: Commands,
    /// Identities that must be logged in: 1 or 2, and 0 for the anonymous partition.
    pub logins_required: u8,
}

impl Partition {
    /// Those that every tenant has.
    #[must_use]
    pub fn built_in() -> [Self; 3] {
        let partition = |name, permissions, logins_required| Self {
            name: built_in_name(name),
            permissions,
            slots: SlotRanges::default(),
            commands: Commands::All,
            logins_required,
        };
        [
            partition(ADMINISTRATOR, Permissions::all(), 2),
            partition(ANONYMOUS, anonymous_at_most(), 0),
            partition(CUSTODIAN, [Permission::MajorKeysComponent].into_iter().collect(), 1),
        ]
    }

    /// Whether every tenant has it, so that it cannot be deleted.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        [ADMINISTRATOR, ANONYMOUS, CUSTODIAN].contains(&self.name.as_str())
    }

    /// Whether it may call `command`, as far as the list of commands says. Logging in, and what is ours, is not on the
    /// list: permissions rule it.
    #[must_use]
    pub fn enables(&self, command: Command, needs: Needs) -> bool {
        match needs {
            Needs::Nothing | Needs::Permission(Permission::Keys) => self.commands.contains(command),
            Needs::Tenant | Needs::Permission(_) | Needs::Administration => true,
        }
    }

    /// Whether it reaches a slot.
    #[must_use]
    pub fn reaches(&self, slot: Slot) -> bool {
        self.permissions.contains(Permission::AllSlots) || self.slots.contains(slot.wire())
    }

    /// Whether it grants all that `other` does.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let slots = self.permissions.contains(Permission::AllSlots) || self.slots.cover(&other.slots);
        self.permissions.covers(other.permissions) && slots && self.commands.cover(other.commands)
    }
}

/// What the anonymous partition can have.
pub(crate) fn anonymous_at_most() -> Permissions {
    ANONYMOUS_AT_MOST.into_iter().collect()
}

/// A name of this module as a value.
pub(crate) fn built_in_name(name: &str) -> PartitionName {
    match PartitionName::new(name) {
        Some(name) => name,
        // The three names above are legal, as a test says.
        None => unreachable!("{name} is no name"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_ones_are_what_a_new_unit_has() {
        let [administrator, anonymous, custodian] = Partition::built_in();
        assert_eq!((administrator.logins_required, anonymous.logins_required, custodian.logins_required), (2, 0, 1));
        assert!(administrator.covers(&anonymous) && administrator.covers(&custodian));
        assert!(!anonymous.covers(&custodian) && !anonymous.permissions.contains(Permission::MajorKeysLoad));
        assert!([administrator, anonymous, custodian].iter().all(Partition::is_built_in));
    }

    #[test]
    fn a_partition_without_commands_can_still_log_in() {
        let [_, mut anonymous, _] = Partition::built_in();
        anonymous.commands = Commands::NONE;
        let enabled = |command: Command| anonymous.enables(command, command.spec().needs);
        assert!(enabled(Command::Login) && enabled(Command::ChangePassword) && enabled(Command::AddIdentity));
        assert!(!enabled(Command::Echo) && !enabled(Command::GenerateKey) && !enabled(Command::ConvertCertificate));
    }
}
