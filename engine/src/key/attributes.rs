//! The attributes of a key: what bytes 5 to 14 of a key block's header say of it (X9.143 section 6.3).

use super::key_block::Version;
use super::{Algorithm, Error, Usage, rules};

/// What a key may do (byte 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Mode {
    /// `B`, encrypt and decrypt.
    Both = b'B',
    /// `C`, generate and verify a MAC.
    MacBoth = b'C',
    /// `D`
    Decrypt = b'D',
    /// `E`
    Encrypt = b'E',
    /// `G`
    Generate = b'G',
    /// `N`, no restriction.
    Any = b'N',
    /// `S`
    Sign = b'S',
    /// `T`, sign and decrypt.
    SignDecrypt = b'T',
    /// `V`
    Verify = b'V',
    /// `X`
    Derive = b'X',
    /// `Y`
    Variant = b'Y',
}

impl Mode {
    /// Its letter.
    #[must_use]
    pub const fn letter(self) -> char {
        self as u8 as char
    }

    const fn from_letter(letter: u8) -> Option<Self> {
        Some(match letter {
            b'B' => Self::Both,
            b'C' => Self::MacBoth,
            b'D' => Self::Decrypt,
            b'E' => Self::Encrypt,
            b'G' => Self::Generate,
            b'N' => Self::Any,
            b'S' => Self::Sign,
            b'T' => Self::SignDecrypt,
            b'V' => Self::Verify,
            b'X' => Self::Derive,
            b'Y' => Self::Variant,
            _ => return None,
        })
    }

    /// Whether this mode allows nothing that `whole` does not.
    #[must_use]
    pub fn is_part_of(self, whole: Self) -> bool {
        self == whole
            || match whole {
                Self::Any => true,
                Self::Both => matches!(self, Self::Encrypt | Self::Decrypt),
                Self::MacBoth => matches!(self, Self::Generate | Self::Verify),
                Self::SignDecrypt => matches!(self, Self::Sign | Self::Decrypt),
                Self::Decrypt
                | Self::Encrypt
                | Self::Generate
                | Self::Sign
                | Self::Verify
                | Self::Derive
                | Self::Variant => false,
            }
    }
}

/// Whether a key may leave (byte 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exportability {
    /// `E`, in a key block under a trusted key.
    Exportable = b'E',
    /// `N`, not at all.
    NonExportable = b'N',
    /// `S`, in other forms too.
    Sensitive = b'S',
}

impl Exportability {
    /// Its letter.
    #[must_use]
    pub const fn letter(self) -> char {
        self as u8 as char
    }

    const fn from_letter(letter: u8) -> Option<Self> {
        Some(match letter {
            b'E' => Self::Exportable,
            b'N' => Self::NonExportable,
            b'S' => Self::Sensitive,
            _ => return None,
        })
    }

    /// Whether this allows nothing that `whole` does not: N, E, S from less to more.
    #[must_use]
    pub fn is_part_of(self, whole: Self) -> bool {
        let rank = |exportability| match exportability {
            Self::NonExportable => 0,
            Self::Exportable => 1,
            Self::Sensitive => 2,
        };
        rank(self) <= rank(whole)
    }
}

/// All that a header says of its key, apart from optional blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// What it is for.
    pub usage: Usage,
    /// What it is a key of.
    pub algorithm: Algorithm,
    /// What it may do.
    pub mode: Mode,
    /// `00` where versions are not used, `c` and a digit for a component, else a version.
    pub key_version: [u8; 2],
    /// Whether it may leave.
    pub exportability: Exportability,
    /// `0`, `1` storage or `2` exchange.
    pub context: u8,
}

impl Attributes {
    /// Bytes 5 to 15 without the number of optional blocks, which is not an attribute: 5-11 and 14.
    ///
    /// # Errors
    /// [`Error::Malformed`] naming the field that breaks its rule.
    #[inline(always)]
    pub(crate) fn parse(header: &[u8; 16]) -> Result<Self, Error> {
        let usage =
            Usage::new([header[5], header[6]]).ok_or(Error::Malformed("the key usage is not two letters or digits"))?;
        let algorithm = Algorithm::from_letter(header[7]);
        let algorithm = algorithm.ok_or(Error::Malformed("the algorithm is not one of A, D, E, H, R, S, T"))?;
        let mode = Mode::from_letter(header[8]);
        let mode = mode.ok_or(Error::Malformed("the mode of use is not one of B, C, D, E, G, N, S, T, V, X, Y"))?;
        let exportability = Exportability::from_letter(header[11]);
        let exportability = exportability.ok_or(Error::Malformed("the exportability is not one of E, N, S"))?;
        let context = header[14];
        if !(b'0'..=b'2').contains(&context) {
            return Err(Error::Malformed("the key context is not one of 0, 1, 2"));
        }
        Ok(Self { usage, algorithm, mode, key_version: [header[9], header[10]], exportability, context })
    }

    /// Writes the 16 characters of a header.
    pub(crate) fn header(&self, version: Version, length: [u8; 4], blocks: [u8; 2]) -> [u8; 16] {
        let [usage_0, usage_1] = *self.usage.as_bytes();
        let [version_0, version_1] = self.key_version;
        [
            version as u8,
            length[0],
            length[1],
            length[2],
            length[3],
            usage_0,
            usage_1,
            self.algorithm as u8,
            self.mode as u8,
            version_0,
            version_1,
            self.exportability as u8,
            blocks[0],
            blocks[1],
            self.context,
            b'0',
        ]
    }

    /// Whether usage, algorithm and mode go together (X9.143 table 2 and what the field publishes beside it). Mode `N`
    /// goes with every usage.
    ///
    /// # Errors
    /// [`Error::Attributes`] saying which do not.
    pub fn validate(&self) -> Result<(), Error> {
        rules::check(self.usage, self.algorithm, self.mode).map_err(Error::Attributes)
    }
}
