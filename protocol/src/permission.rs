//! Permissions by name, and sets of them: what a partition grants and what a command needs.

use std::fmt;

use crate::buffer::Buffer;
use crate::field::Value;

macro_rules! permissions {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// What a partition may grant. The names are `Group` or `Group:Right` as the vendor writes them (wire.md B.6.15);
        /// those that the vendor's pages do not name are ours.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Permission {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Permission {
            /// Every permission.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it allows, in words.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc, "\n",)+).trim_ascii(),)+ }
            }
        }
    };
}

permissions! {
    /// Use keys: every command that makes, moves or uses them.
    Keys = "Keys",
    /// Reach every slot of the key table, whatever the slot ranges say.
    AllSlots = "Keys:All Slots",
    /// Load, generate, switch and retire major keys; begin and end ceremonies.
    MajorKeysLoad = "Major Keys:Load",
    /// Enter components and fragments into a ceremony that somebody else has begun, and take fragments of one onto cards.
    MajorKeysComponent = "Major Keys:Component",
    /// Write a loaded major key onto smart cards.
    MajorKeysBackup = "Major Keys:Backup",
    /// Clear a major key.
    MajorKeysClear = "Major Keys:Clear",
    /// Add partitions (roles).
    RoleAdd = "Role:Add",
    /// Change partitions.
    RoleModify = "Role:Modify",
    /// Delete partitions.
    RoleDelete = "Role:Delete",
    /// Grant permissions that one does not have.
    RoleAssignAll = "Role:Assign All Permissions",
    /// Add identities.
    IdentityAdd = "Identity:Add",
    /// Change and unlock identities.
    IdentityModify = "Identity:Modify",
    /// Delete identities.
    IdentityDelete = "Identity:Delete",
    /// Enable and disable commands of partitions.
    CommandSettings = "Command Settings:Excrypt",
    /// Read the audit log.
    AuditRead = "Audit:Read",
    /// Make backups.
    BackupCreate = "Backup:Create",
    /// Restore backups.
    BackupRestore = "Backup:Restore",
    /// Zeroise the tenant: wipe every key.
    Zeroize = "Tenant:Zeroize",
}

impl Permission {
    /// Those that a role has with two logins only.
    pub const DUAL: [Self; 4] = [Self::MajorKeysLoad, Self::MajorKeysBackup, Self::MajorKeysClear, Self::Zeroize];
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of permissions; on the wire their names, comma separated, `*` for all of them, or nothing.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Permissions(u32);

impl Permissions {
    /// All there are.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// Whether `permission` is among them.
    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u8) != 0
    }

    /// Whether every one of `others` is among them.
    #[must_use]
    pub const fn covers(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }

    /// Those of both.
    #[must_use]
    pub const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// In the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |set, permission| set | 1 << permission as u8))
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, permission) in self.iter().enumerate() {
            write!(f, "{}{permission}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Value<'_> for Permissions {
    const SHAPE: &'static str = "names of permissions, comma separated, or * for all";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        if value == b"*" {
            return Ok(Self::all());
        }
        let names = value.split(|byte| *byte == b',').filter(|name| !name.is_empty());
        names
            .map(|name| {
                let found = Permission::ALL.iter().copied().find(|known| known.name().as_bytes() == name);
                found.ok_or("names a permission that does not exist; docs/commands.md lists them")
            })
            .collect()
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(self.to_string().as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_read_back_and_unknown_names_do_not() {
        let set: Permissions = [Permission::AllSlots, Permission::Keys].into_iter().collect();
        assert_eq!(set.to_string(), "Keys,Keys:All Slots");
        assert_eq!(Permissions::parse(set.to_string().as_bytes()), Ok(set));
        assert_eq!(Permissions::parse(b"*"), Ok(Permissions::all()));
        assert_eq!(Permissions::parse(b""), Ok(Permissions::default()));
        assert!(Permissions::parse(b"Keys,keys").is_err());
        assert!(Permissions::all().covers(set) && !set.covers(Permissions::all()));
        assert!(Permission::ALL.len() <= 32, "a set is 32 bits");
    }
}
