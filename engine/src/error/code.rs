//! The one door from the engine's reasons to the wire's numbers.

use protocol::ErrorCode;

use super::{Error, pki};
use crate::cipher;
use crate::key;
use crate::major_key::fragment;
use crate::public_key;

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
            Self::TokenKeyMissing => ErrorCode::TokenKeyMissing,
            Self::Tampered => ErrorCode::Tampered,
            Self::BackupDamaged { .. } => ErrorCode::BackupDamaged,
            Self::BackupOther { .. } => ErrorCode::BackupOther,
            Self::BackupMissing { .. } => ErrorCode::BackupMissing,
            Self::DualControl => ErrorCode::LoginIncomplete,
            Self::TenantSuspended => ErrorCode::TenantSuspended,
            Self::TenantNameRefused { .. } => ErrorCode::TenantNameRefused,
            Self::TenantConfigured { .. } => ErrorCode::TenantConfigured,
            Self::NoChange { .. } => ErrorCode::NoChange,
            Self::CeremonyMissing { .. } => ErrorCode::CeremonyMissing,
            Self::CeremonyConflict { .. } => ErrorCode::CeremonyConflict,
            Self::CeremonyIncomplete { .. } => ErrorCode::CeremonyIncomplete,
            Self::CheckValueWrong { .. } => ErrorCode::CheckValueWrong,
            Self::ComponentGiven { .. } => ErrorCode::ComponentGiven,
            Self::Fragment { error, .. } => fragment_code(*error),
            Self::FragmentTaken { .. } => ErrorCode::FragmentGiven,
            Self::MajorKeyLoaded { .. } => ErrorCode::MajorKeyLoaded,
            Self::MajorKeyInUse { .. } => ErrorCode::MajorKeyInUse,
            Self::EnvelopeRefused { .. } => ErrorCode::EnvelopeRefused,
            Self::PasswordDefault => ErrorCode::PasswordDefault,
            Self::Policy { .. } => ErrorCode::KeyPolicyRefused,
            Self::UsageRefused { .. }
            | Self::SlotPublic { .. }
            | Self::ModifierRefused { .. }
            | Self::ModeRefused { .. }
            | Self::AlgorithmRefused { .. } => ErrorCode::KeyUsageRefused,
            Self::ExportRefused { .. } | Self::NotNarrower { .. } => ErrorCode::ExportRefused,
            Self::Key { error, .. } => key_code(*error),
            Self::PublicKey { error, .. } => public_key_code(*error),
            Self::Distrusted { .. } => ErrorCode::TrustedKeyRefused,
            Self::HandleUnknown { .. } => ErrorCode::HandleUnknown,
            Self::Certificate { error, .. } => pki::certificate_code(*error).0,
            Self::Token { error, .. } => pki::token_code(*error).0,
            Self::Cipher { error, .. } => cipher_code(*error),
            Self::Unprepared => ErrorCode::Busy,
            Self::Internal { .. } => ErrorCode::Internal,
        }
    }

    /// Narrows the number: `AN` on the wire. Of 404: 1 usage, 2 mode, 3 algorithm, 4 modifier. Of 600: 1 where nobody is
    /// logged in, 2 where it is the slot. Of 421 and 425: which rule. Otherwise 0.
    #[must_use]
    pub fn detail(&self) -> u16 {
        match self {
            Self::UsageRefused { .. } | Self::LoginNeeded { .. } => 1,
            Self::ModeRefused { .. } | Self::SlotForbidden { .. } => 2,
            Self::AlgorithmRefused { .. } => 3,
            Self::Certificate { error, .. } => pki::certificate_code(*error).1,
            Self::Token { error, .. } => pki::token_code(*error).1,
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
            | Self::TokenKeyMissing
            | Self::Tampered
            | Self::BackupDamaged { .. }
            | Self::BackupOther { .. }
            | Self::BackupMissing { .. }
            | Self::DualControl
            | Self::TenantSuspended
            | Self::TenantNameRefused { .. }
            | Self::TenantConfigured { .. }
            | Self::NoChange { .. }
            | Self::CeremonyMissing { .. }
            | Self::CeremonyConflict { .. }
            | Self::CeremonyIncomplete { .. }
            | Self::CheckValueWrong { .. }
            | Self::ComponentGiven { .. }
            | Self::Fragment { .. }
            | Self::FragmentTaken { .. }
            | Self::MajorKeyLoaded { .. }
            | Self::MajorKeyInUse { .. }
            | Self::EnvelopeRefused { .. }
            | Self::PasswordDefault
            | Self::AdministrationOnly
            | Self::Field { .. }
            | Self::FieldNeeded { .. }
            | Self::Conflict { .. }
            | Self::SlotEmpty { .. }
            | Self::SlotMissing { .. }
            | Self::SlotPublic { .. }
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
            | Self::PublicKey { .. }
            | Self::Distrusted { .. }
            | Self::HandleUnknown { .. }
            | Self::Cipher { .. }
            | Self::Unprepared
            | Self::Internal { .. } => 0,
        }
    }
}

fn fragment_code(error: fragment::Error) -> ErrorCode {
    match error {
        fragment::Error::Count => ErrorCode::FieldConflict,
        fragment::Error::Form | fragment::Error::Damaged => ErrorCode::FragmentDamaged,
        fragment::Error::OtherSet => ErrorCode::FragmentOther,
        fragment::Error::Given { .. } => ErrorCode::FragmentGiven,
        fragment::Error::TooFew { .. } => ErrorCode::CeremonyIncomplete,
        fragment::Error::DoNotFit => ErrorCode::FragmentsDoNotFit,
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

fn public_key_code(error: public_key::Error) -> ErrorCode {
    match error {
        public_key::Error::Malformed
        | public_key::Error::NotAKey
        | public_key::Error::Size
        | public_key::Error::Exponent => ErrorCode::KeyRejected,
        public_key::Error::Kind(_) => ErrorCode::KeyUsageRefused,
        public_key::Error::Length(_) | public_key::Error::Hash(_) => ErrorCode::FieldInvalid,
        public_key::Error::DoesNotDecrypt => ErrorCode::KeyBlockRefused,
        public_key::Error::Failed => ErrorCode::Internal,
    }
}
