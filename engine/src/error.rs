//! Why the engine refuses, and the one door from there to the wire's numbers.

use std::fmt;

use protocol::ErrorCode;
use protocol::tag::Tag;

use crate::cipher;
use crate::key::{self, Usage};

/// Usages that a command takes, for an error's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usages(pub &'static [Usage]);

impl fmt::Display for Usages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, usage) in self.0.iter().enumerate() {
            write!(f, "{}{usage}", if index == 0 { "" } else { " or " })?;
        }
        Ok(())
    }
}

/// One variant per reason that an operator would recognise. No variant has room for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The tenant is no longer configured.
    #[error("this session's tenant does not exist")]
    TenantGone,
    /// No tenant of that name.
    #[error("{tag}: no tenant has this name")]
    TenantMissing {
        /// The field.
        tag: Tag,
    },
    /// Disabled by policy.
    #[error("{command} is disabled for this tenant")]
    CommandBlocked {
        /// Its wire name.
        command: &'static str,
    },
    /// The session may not.
    #[error("the permission {permission} is needed")]
    PermissionMissing {
        /// Its name.
        permission: &'static str,
    },
    /// Wrong door.
    #[error("this command is served on the administration listener only")]
    AdministrationOnly,
    /// A value that is legal by itself and not here.
    #[error("{tag}: {rule}")]
    Field {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// A field is needed because of what other fields say.
    #[error("{tag}: missing; {rule}")]
    FieldNeeded {
        /// The field.
        tag: Tag,
        /// Why it is needed.
        rule: &'static str,
    },
    /// Fields that contradict each other.
    #[error("{tag}: {rule}")]
    Conflict {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// An empty slot.
    #[error("{tag}: slot {slot} holds no key")]
    SlotEmpty {
        /// The field.
        tag: Tag,
        /// The slot.
        slot: u32,
    },
    /// A slot beyond the table.
    #[error("{tag}: slot {slot} does not exist, the table has {slots} slots from 0")]
    SlotMissing {
        /// The field.
        tag: Tag,
        /// The slot.
        slot: u32,
        /// Slots of the table.
        slots: u32,
    },
    /// Nothing in the key table matches.
    #[error("{tag}: no key in the table has this {what}")]
    NoSuchKey {
        /// The field.
        tag: Tag,
        /// Label or check value.
        what: &'static str,
    },
    /// A slot that is taken.
    #[error("{tag}: slot {slot} already holds a key")]
    SlotTaken {
        /// The field.
        tag: Tag,
        /// The slot.
        slot: u32,
    },
    /// A label that is taken.
    #[error("{tag}: the key in slot {slot} has this label")]
    LabelTaken {
        /// The field.
        tag: Tag,
        /// Who has it.
        slot: u32,
    },
    /// No empty slot.
    #[error("every slot of the key table is taken ({slots})")]
    TableFull {
        /// Slots of the table.
        slots: u32,
    },
    /// A major key is not loaded.
    #[error("the {name} is not loaded")]
    MajorKeyMissing {
        /// Its name.
        name: &'static str,
    },
    /// A form that the major key cannot wrap.
    #[error("{tag}: {rule}")]
    MajorKeyUnsuitable {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// Forbidden by the tenant's key block policy.
    #[error("{tag}: this tenant's policy does not allow {form}")]
    Policy {
        /// The field.
        tag: Tag,
        /// Cryptograms or key blocks.
        form: &'static str,
    },
    /// The key is for something else.
    #[error("{tag}: key usage {needed} needed, {given} given")]
    UsageRefused {
        /// The field.
        tag: Tag,
        /// What the command takes.
        needed: Usages,
        /// What the key is.
        given: Usage,
    },
    /// A cryptogram whose modifier stands for something else.
    #[error("{tag}: key usage {needed} needed, modifier {modifier:X} stands for other usages")]
    ModifierRefused {
        /// The field.
        tag: Tag,
        /// What the header asks.
        needed: Usage,
        /// The modifier.
        modifier: u8,
    },
    /// The key may not do this.
    #[error("{tag}: key mode of use {needed} needed, {given} given")]
    ModeRefused {
        /// The field.
        tag: Tag,
        /// Modes that would do.
        needed: &'static str,
        /// The key's.
        given: char,
    },
    /// The key is of an algorithm that the command does not take.
    #[error("{tag}: {needed} key needed, algorithm {given} given")]
    AlgorithmRefused {
        /// The field.
        tag: Tag,
        /// What would do.
        needed: &'static str,
        /// The key's.
        given: char,
    },
    /// The key may not leave.
    #[error("{tag}: exportability {given} does not allow the key to leave as {form}")]
    ExportRefused {
        /// The field.
        tag: Tag,
        /// The key's exportability.
        given: char,
        /// Key block or cryptogram.
        form: &'static str,
    },
    /// Attributes may only be narrowed.
    #[error("{tag}: {rule}")]
    NotNarrower {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// Something about a key or key block.
    #[error("{tag}: {error}")]
    Key {
        /// The field.
        tag: Tag,
        /// What.
        error: key::Error,
    },
    /// Something about enciphering data.
    #[error("{tag}: {error}")]
    Cipher {
        /// The field.
        tag: Tag,
        /// What.
        error: cipher::Error,
    },
    /// A condition that this software excludes.
    #[error("internal error: {what}")]
    Internal {
        /// Which.
        what: &'static str,
    },
}

impl Error {
    /// The number for the wire: the only mapping there is.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::TenantGone | Self::TenantMissing { .. } => ErrorCode::TenantMissing,
            Self::CommandBlocked { .. } => ErrorCode::CommandBlocked,
            Self::PermissionMissing { .. } => ErrorCode::PermissionMissing,
            Self::AdministrationOnly => ErrorCode::AdministrationOnly,
            Self::Field { .. } => ErrorCode::FieldInvalid,
            Self::FieldNeeded { .. } => ErrorCode::FieldMissing,
            Self::Conflict { .. } => ErrorCode::FieldConflict,
            Self::SlotEmpty { .. } | Self::SlotMissing { .. } | Self::NoSuchKey { .. } => ErrorCode::KeyMissing,
            Self::SlotTaken { .. } | Self::LabelTaken { .. } => ErrorCode::SlotOccupied,
            Self::TableFull { .. } => ErrorCode::KeyTableFull,
            Self::MajorKeyMissing { .. } => ErrorCode::MajorKeyMissing,
            Self::MajorKeyUnsuitable { .. } => ErrorCode::MajorKeyUnsuitable,
            Self::Policy { .. } => ErrorCode::KeyPolicyRefused,
            Self::UsageRefused { .. }
            | Self::ModifierRefused { .. }
            | Self::ModeRefused { .. }
            | Self::AlgorithmRefused { .. } => ErrorCode::KeyUsageRefused,
            Self::ExportRefused { .. } | Self::NotNarrower { .. } => ErrorCode::ExportRefused,
            Self::Key { error, .. } => key_code(*error),
            Self::Cipher { error, .. } => cipher_code(*error),
            Self::Internal { .. } => ErrorCode::Internal,
        }
    }

    /// Narrows the number: `AN` on the wire. 1 usage, 2 mode, 3 algorithm, 4 modifier; otherwise 0.
    #[must_use]
    pub fn detail(&self) -> u16 {
        match self {
            Self::UsageRefused { .. } => 1,
            Self::ModeRefused { .. } => 2,
            Self::AlgorithmRefused { .. } => 3,
            Self::ModifierRefused { .. } => 4,
            Self::TenantGone
            | Self::TenantMissing { .. }
            | Self::CommandBlocked { .. }
            | Self::PermissionMissing { .. }
            | Self::AdministrationOnly
            | Self::Field { .. }
            | Self::FieldNeeded { .. }
            | Self::Conflict { .. }
            | Self::SlotEmpty { .. }
            | Self::SlotMissing { .. }
            | Self::NoSuchKey { .. }
            | Self::SlotTaken { .. }
            | Self::LabelTaken { .. }
            | Self::TableFull { .. }
            | Self::MajorKeyMissing { .. }
            | Self::MajorKeyUnsuitable { .. }
            | Self::Policy { .. }
            | Self::ExportRefused { .. }
            | Self::NotNarrower { .. }
            | Self::Key { .. }
            | Self::Cipher { .. }
            | Self::Internal { .. } => 0,
        }
    }
}

fn key_code(error: key::Error) -> ErrorCode {
    match error {
        key::Error::Malformed(_) => ErrorCode::KeyBlockMalformed,
        key::Error::KeyBlockInvalid => ErrorCode::KeyBlockRefused,
        key::Error::Attributes(_)
        | key::Error::KbpkLength
        | key::Error::KbpkAlgorithm
        | key::Error::AlgorithmUnsupported => ErrorCode::KeyUsageRefused,
        key::Error::TooLong
        | key::Error::Length
        | key::Error::WeakerWrapping
        | key::Error::Weak
        | key::Error::Parity => ErrorCode::KeyRejected,
    }
}

fn cipher_code(error: cipher::Error) -> ErrorCode {
    match error {
        cipher::Error::KeyLength | cipher::Error::Algorithm => ErrorCode::KeyUsageRefused,
        cipher::Error::PartialBlock { .. } | cipher::Error::IvLength { .. } | cipher::Error::PaddingInvalid => {
            ErrorCode::FieldInvalid
        }
    }
}
