//! Why the engine refuses, and the one door from there to the wire's numbers.

use std::fmt;

use protocol::ErrorCode;
use protocol::permission::Permission;
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
    /// Not among the commands of the session's partition.
    #[error("{command} is not among the commands that this session's role may call")]
    CommandNotEnabled {
        /// Its wire name.
        command: &'static str,
    },
    /// The session may not.
    #[error("the permission {permission} is needed, which this session's role does not have")]
    PermissionMissing {
        /// Which.
        permission: Permission,
    },
    /// Nobody is logged in.
    #[error("the permission {permission} is needed; log in as an identity whose role has it")]
    LoginNeeded {
        /// Which.
        permission: Permission,
    },
    /// One of two is logged in.
    #[error(
        "the permission {permission} is needed; another identity of the same role must log in first (dual control)"
    )]
    LoginIncomplete {
        /// Which.
        permission: Permission,
    },
    /// The login is over.
    #[error("the session has ended; log in again")]
    LoginEnded,
    /// Somebody would have to be logged in.
    #[error("nobody is logged in on this session")]
    NotLoggedIn,
    /// No session has the token, or not for this client certificate.
    #[error("{tag}: no session has this token, or it has ended")]
    TokenUnknown {
        /// The field.
        tag: Tag,
    },
    /// Name, password, state of the identity: one text for all.
    #[error("the login is refused: unknown name, wrong password, or an identity that is locked or must wait")]
    LoginRefused,
    /// The certificate of the connection is nobody's.
    #[error("no identity logs in with this connection's certificate; give ID and PW")]
    CertificateUnknown,
    /// The second identity cannot be this one.
    #[error("ID: {rule}")]
    LoginConflict {
        /// The rule.
        rule: &'static str,
    },
    /// The identity is not on this session.
    #[error("{tag}: this identity is not logged in on this session")]
    NotHere {
        /// The field.
        tag: Tag,
    },
    /// A new password that will not do.
    #[error("{tag}: the new password is refused: {rule}")]
    PasswordRejected {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// Nobody, or nothing, has this name.
    #[error("{tag}: no {what} has this name")]
    NameMissing {
        /// The field.
        tag: Tag,
        /// Identity or role.
        what: &'static str,
    },
    /// The name, or the certificate, is another's.
    #[error("{tag}: {rule}")]
    NameTaken {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// It has to stay as it is.
    #[error("{tag}: {rule}")]
    NameKept {
        /// The field.
        tag: Tag,
        /// The rule.
        rule: &'static str,
    },
    /// More is granted than one has.
    #[error(
        "{tag}: this grants more than the session itself may do; that needs the permission Role:Assign All Permissions"
    )]
    GrantRefused {
        /// The field.
        tag: Tag,
    },
    /// No more of these.
    #[error("the tenant has as many {what} as it can have ({most})")]
    TenantFull {
        /// Of which.
        what: &'static str,
        /// How many.
        most: usize,
    },
    /// A slot outside the partition's ranges.
    #[error("{tag}: this session's role does not reach slot {slot}")]
    SlotForbidden {
        /// The field.
        tag: Tag,
        /// The slot.
        slot: u32,
    },
    /// Wrong door.
    #[error("this command is for tenants; the administration listener leads to none")]
    TenantOnly,
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
            Self::CommandBlocked { .. } | Self::CommandNotEnabled { .. } => ErrorCode::CommandBlocked,
            Self::PermissionMissing { .. } | Self::LoginNeeded { .. } | Self::SlotForbidden { .. } => {
                ErrorCode::PermissionMissing
            }
            Self::LoginIncomplete { .. } => ErrorCode::LoginIncomplete,
            Self::LoginEnded | Self::NotLoggedIn | Self::NotHere { .. } | Self::TokenUnknown { .. } => {
                ErrorCode::LoginMissing
            }
            Self::LoginRefused | Self::CertificateUnknown => ErrorCode::LoginRefused,
            Self::LoginConflict { .. } => ErrorCode::LoginConflict,
            Self::PasswordRejected { .. } => ErrorCode::PasswordRejected,
            Self::NameMissing { .. } => ErrorCode::NameMissing,
            Self::NameTaken { .. } => ErrorCode::NameTaken,
            Self::NameKept { .. } => ErrorCode::NameKept,
            Self::GrantRefused { .. } => ErrorCode::GrantRefused,
            Self::TenantFull { .. } => ErrorCode::TenantFull,
            Self::TenantOnly => ErrorCode::TenantOnly,
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

    /// Narrows the number: `AN` on the wire. Of 404: 1 usage, 2 mode, 3 algorithm, 4 modifier. Of 600: 1 where nobody is
    /// logged in, 2 where it is the slot. Otherwise 0.
    #[must_use]
    pub fn detail(&self) -> u16 {
        match self {
            Self::UsageRefused { .. } | Self::LoginNeeded { .. } => 1,
            Self::ModeRefused { .. } | Self::SlotForbidden { .. } => 2,
            Self::AlgorithmRefused { .. } => 3,
            Self::ModifierRefused { .. } => 4,
            Self::TenantGone
            | Self::TenantMissing { .. }
            | Self::CommandBlocked { .. }
            | Self::CommandNotEnabled { .. }
            | Self::PermissionMissing { .. }
            | Self::LoginIncomplete { .. }
            | Self::LoginEnded
            | Self::NotLoggedIn
            | Self::NotHere { .. }
            | Self::TokenUnknown { .. }
            | Self::LoginRefused
            | Self::CertificateUnknown
            | Self::LoginConflict { .. }
            | Self::PasswordRejected { .. }
            | Self::NameMissing { .. }
            | Self::NameTaken { .. }
            | Self::NameKept { .. }
            | Self::GrantRefused { .. }
            | Self::TenantFull { .. }
            | Self::TenantOnly
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
