//! Error numbers, the wire's own errors, and the one function that writes `ERRO`.

use std::fmt::{self, Display, Write as _};

use crate::buffer::Buffer;
use crate::tag::Tag;

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal,)+) => {
        /// Every error number of the wire, grouped by hundreds (wire.md A.2). The numbers are ours.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $name = $number,)+
        }

        impl ErrorCode {
            /// All of them, in ascending order, for the manual and for tests.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// What the number means, in words.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc, "\n",)+).trim_ascii(),)+ }
            }

            /// The code with this number.
            #[must_use]
            pub fn from_number(number: u16) -> Option<Self> {
                match number { $($number => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

error_codes! {
    /// The frame is not bracketed ASCII of `;`-terminated fields that begin with `AO`.
    FrameMalformed = 100,
    /// The frame is longer than the limit; the connection closes.
    FrameTooLong = 101,
    /// The frame has more fields than the limit; the connection closes.
    FrameTooManyFields = 102,
    /// A frame was begun and not finished in time; the connection closes.
    FrameTimeout = 103,
    /// The reply would be longer than a frame may be; ask for less.
    ReplyTooLong = 104,
    /// No command has this name.
    CommandUnknown = 201,
    /// The command exists and is disabled here.
    CommandBlocked = 202,
    /// Too much work is waiting, or what the request needs has changed since it came; try again.
    Busy = 203,
    /// A required field is missing.
    FieldMissing = 300,
    /// A tag was given twice.
    FieldDuplicate = 301,
    /// The command has no such tag (strict mode only).
    FieldUnknown = 302,
    /// A value does not have the shape that its field demands.
    FieldInvalid = 303,
    /// Each value is legal, but not together with the others.
    FieldConflict = 304,
    /// The slot is empty, or nothing in the key table has this label or check value.
    KeyMissing = 401,
    /// The key block's header or structure breaks a rule that needs no key to see.
    KeyBlockMalformed = 402,
    /// The key block does not open under this key. Wrong key, wrong MAC and wrong padding are one error.
    KeyBlockRefused = 403,
    /// The key's usage, mode or algorithm is not one that the command accepts.
    KeyUsageRefused = 404,
    /// The tenant's key block policy does not allow this form of key.
    KeyPolicyRefused = 405,
    /// The key itself is not acceptable: weak, degenerate, of the wrong length, or stronger than what wraps it.
    KeyRejected = 406,
    /// The key may not leave in this form.
    ExportRefused = 407,
    /// Every slot of the key table is taken.
    KeyTableFull = 408,
    /// The slot already holds a key, or the label is in use.
    SlotOccupied = 409,
    /// The trusted public key is refused. A changed one, another tenant's or HSM's, and one for another usage are one error.
    TrustedKeyRefused = 410,
    /// No data is awaited under this handle: it is another connection's, was used, or has expired.
    HandleUnknown = 411,
    /// Not a certificate, a request or a list of revoked certificates in DER form, or one whose algorithms are not served.
    CertificateMalformed = 420,
    /// A certificate or its chain breaks a rule that AN names: 1 not valid yet, 2 expired, 3 wrong issuer, 4 the issuer is
    /// no CA, 5 its key usage, 6 path length, 7 an unknown critical extension, 8 nobody trusted at the end, 9 SHA-1, 10 the
    /// certificate's own key usage, 11 its extended key usage.
    CertificateRefused = 421,
    /// A certificate or a request is not signed by the key that should have signed it.
    SignatureRefused = 422,
    /// Not a token of TR-34 in DER form, or one whose algorithms are not served.
    TokenMalformed = 423,
    /// A token does not verify or does not open. Wrong key, wrong signature and wrong padding are one error.
    TokenRefused = 424,
    /// A token is not for this: AN tells 1 another receiver, 2 another sender, 3 nonce, 4 time, 5 one pass for two or two for
    /// one, 6 its list of revoked certificates, 7 a revoked sender.
    TokenConflict = 425,
    /// The major key that the command needs is not loaded.
    MajorKeyMissing = 500,
    /// The major key that was selected cannot wrap or open this form of key.
    MajorKeyUnsuitable = 501,
    /// No such ceremony is under way: it never was, it has ended, or its time is over.
    CeremonyMissing = 502,
    /// The step is not one of this ceremony, or another ceremony for this major key is under way.
    CeremonyConflict = 503,
    /// The check value is not the one of the key or component.
    CheckValueWrong = 504,
    /// This identity has given its component, or the component was given before.
    ComponentGiven = 505,
    /// The fragment is of another set of cards.
    FragmentOther = 506,
    /// The fragment was given, or taken by somebody else, before.
    FragmentGiven = 507,
    /// The fragment is damaged.
    FragmentDamaged = 508,
    /// Components, fragments or cards are missing.
    CeremonyIncomplete = 509,
    /// The fragments do not fit together, though each looks right: one was altered.
    FragmentsDoNotFit = 510,
    /// The major key is loaded already.
    MajorKeyLoaded = 511,
    /// The major key is needed as it is.
    MajorKeyInUse = 512,
    /// The sealed value does not open under the ceremony's key.
    EnvelopeRefused = 513,
    /// The FTK is not loaded, and without it no key can be stored, for PKCS #11 or otherwise.
    TokenKeyMissing = 514,
    /// A tamper event has wiped every key; a ceremony has to load the major keys again.
    Tampered = 515,
    /// No change of this major key is under way: there is no pending, or no former key.
    NoChange = 516,
    /// The backup is damaged or cut off, or its parts are out of order.
    BackupDamaged = 517,
    /// The backup is under another BEK than the one loaded.
    BackupOther = 518,
    /// No backup is being made, or restored, on this connection.
    BackupMissing = 519,
    /// The session lacks a permission.
    PermissionMissing = 600,
    /// The command is served on the administration listener only.
    AdministrationOnly = 601,
    /// No tenant has this name.
    TenantMissing = 602,
    /// The login is refused. A name that does not exist, a wrong password, and an identity that is locked or must wait are
    /// one error.
    LoginRefused = 603,
    /// Another identity of the role must log in on this session first (dual control).
    LoginIncomplete = 604,
    /// This identity cannot be the second of the session: it is the first, or it has another role.
    LoginConflict = 605,
    /// Nobody is logged in, or the session has ended.
    LoginMissing = 606,
    /// A password that somebody else has chosen has to be changed first.
    PasswordDefault = 607,
    /// The new password is not acceptable.
    PasswordRejected = 608,
    /// No identity, or no role, has this name.
    NameMissing = 609,
    /// An identity, or a role, has this name already.
    NameTaken = 610,
    /// The identity or role is needed as it is: it is built in, in use, or the last that can administer the tenant.
    NameKept = 611,
    /// Nobody can grant what they do not have.
    GrantRefused = 612,
    /// The command is for tenants, not for the administration listener.
    TenantOnly = 613,
    /// The tenant is suspended.
    TenantSuspended = 614,
    /// The name is taken, or is none that a tenant can have.
    TenantNameRefused = 615,
    /// The configuration names this tenant: it is changed there.
    TenantConfigured = 616,
    /// Too many connections, in all or for this client; the connection closes.
    ConnectionLimit = 700,
    /// The tenant has as many identities, roles or sessions as it can have.
    TenantFull = 701,
    /// A fault of this software; please report it.
    Internal = 900,
    /// The store did not take the change; nothing was changed.
    StoreUnavailable = 901,
}

impl ErrorCode {
    /// The number as it stands in `AM`.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }
}

impl Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}

/// Why a frame or a field was refused. Free of values, so that no secret can reach a log or a reply through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Fatal: where the next frame begins is no longer known.
    #[error("the frame is longer than {limit} bytes; the connection closes")]
    FrameTooLong {
        /// Bytes, brackets included.
        limit: usize,
    },
    /// Fatal by decision (wire.md A.1).
    #[error("the frame has more than {limit} fields; the connection closes")]
    TooManyFields {
        /// Fields, `AO` included.
        limit: usize,
    },
    /// Fatal: bytes that belong to no frame.
    #[error("byte 0x{byte:02X} between frames: a frame begins with an opening bracket; the connection closes")]
    OutsideFrame {
        /// The first such byte.
        byte: u8,
    },
    /// Fatal: the frame never ended.
    #[error("the frame was not finished in time; the connection closes")]
    Unfinished,
    /// `[]`.
    #[error("the frame is empty; it begins with AO and the command's name")]
    Empty,
    /// A byte outside 0x20-0x7E, or a bracket inside the frame.
    #[error("byte 0x{byte:02X} at offset {offset} is not allowed in a frame")]
    IllegalByte {
        /// The byte.
        byte: u8,
        /// Where, counted from the opening bracket.
        offset: usize,
    },
    /// A field without a legal two-character tag.
    #[error("field {position} does not begin with a tag (a capital letter, then a capital letter or digit)")]
    TagMalformed {
        /// Counted from 1, `AO` being 1.
        position: usize,
    },
    /// Strict mode: the last field, or the command's name, lacks its semicolon.
    #[error("field {position} does not end in ';' (strict mode)")]
    SemicolonMissing {
        /// Counted from 1.
        position: usize,
    },
    /// The first field is not `AO`.
    #[error("the first field is AO with the command's name")]
    CommandMissing,
    /// A name that no command could have.
    #[error("AO: a command's name is four capital letters or digits")]
    CommandMalformed,
    /// A well-formed name that no command has.
    #[error("AO: no command is named {}", name.escape_ascii())]
    CommandUnknown {
        /// The name.
        name: [u8; 4],
    },
    /// A tag given twice.
    #[error("{tag}: given twice")]
    Duplicate {
        /// The tag.
        tag: Tag,
    },
    /// A tag that the command does not have (strict mode).
    #[error("{tag}: this command has no such field (strict mode)")]
    Unknown {
        /// The tag.
        tag: Tag,
    },
    /// A required field that is not there.
    #[error("{tag}: missing; {shape}")]
    Missing {
        /// The tag.
        tag: Tag,
        /// What it should have held.
        shape: &'static str,
    },
    /// A value of the wrong shape.
    #[error("{tag}: {rule}")]
    Invalid {
        /// The tag.
        tag: Tag,
        /// The rule that it breaks.
        rule: &'static str,
    },
}

impl Error {
    /// The number for the wire.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::FrameTooLong { .. } => ErrorCode::FrameTooLong,
            Self::TooManyFields { .. } => ErrorCode::FrameTooManyFields,
            Self::Unfinished => ErrorCode::FrameTimeout,
            Self::OutsideFrame { .. }
            | Self::Empty
            | Self::IllegalByte { .. }
            | Self::TagMalformed { .. }
            | Self::SemicolonMissing { .. }
            | Self::CommandMissing
            | Self::CommandMalformed => ErrorCode::FrameMalformed,
            Self::CommandUnknown { .. } => ErrorCode::CommandUnknown,
            Self::Duplicate { .. } => ErrorCode::FieldDuplicate,
            Self::Unknown { .. } => ErrorCode::FieldUnknown,
            Self::Missing { .. } => ErrorCode::FieldMissing,
            Self::Invalid { .. } => ErrorCode::FieldInvalid,
        }
    }

    /// Whether the stream can no longer be trusted, so that the connection closes after the answer.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        matches!(
            self,
            Self::FrameTooLong { .. } | Self::TooManyFields { .. } | Self::OutsideFrame { .. } | Self::Unfinished
        )
    }
}

/// Appends `[AOERRO;AM<number>;AN<detail>;BB<text>;AG<echo>;]`: the only place where `ERRO` is written (wire.md A.2).
///
/// `text` is made safe for a frame: whatever may not stand in a value becomes a space.
pub fn write(out: &mut Buffer, code: ErrorCode, detail: u16, text: &dyn Display, echo: Option<&[u8]>) {
    // Writing into a buffer cannot fail.
    let _ = write!(out, "[AOERRO;AM{code};AN{detail};BB");
    let start = out.len();
    let _ = write!(out, "{text}");
    for byte in &mut out.as_mut_slice()[start..] {
        if !crate::frame::is_value_byte(*byte) {
            *byte = if *byte == b';' { b',' } else { b' ' };
        }
    }
    out.push(b';');
    if let Some(echo) = echo {
        out.extend_from_slice(b"AG");
        out.extend_from_slice(echo);
        out.push(b';');
    }
    out.push(b']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_cannot_break_the_frame() {
        let mut out = Buffer::new();
        write(&mut out, ErrorCode::Internal, 7, &"a;b]c[d\u{e9}", Some(b"42"));
        assert_eq!(&*out, b"[AOERRO;AM900;AN7;BBa,b c d  ;AG42;]");
    }

    #[test]
    fn numbers_ascend_and_read_back() {
        for pair in ErrorCode::ALL.windows(2) {
            assert!(pair[0].number() < pair[1].number());
        }
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_number(code.number()), Some(*code));
        }
    }
}
