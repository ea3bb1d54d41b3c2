//! Algorithms of keys, and the types that can be generated.

use std::fmt;

use protocol::field::code::{DesLength, KeyTypeCode};

/// What a key is a key of: byte 7 of a key block's header (X9.143 table 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Algorithm {
    /// `A`
    Aes = b'A',
    /// `D`, single length.
    Des = b'D',
    /// `T`, two or three parts.
    Tdes = b'T',
    /// `H`
    Hmac = b'H',
    /// `R`
    Rsa = b'R',
    /// `E`
    Ec = b'E',
    /// `S`
    Dsa = b'S',
    /// `1`: ML-DSA. X9.143 has no letter for it and leaves digits to whoever makes the block.
    MlDsa = b'1',
    /// `2`: ML-KEM, likewise.
    MlKem = b'2',
}

impl Algorithm {
    /// Its letter.
    #[must_use]
    pub const fn letter(self) -> char {
        self as u8 as char
    }

    /// The algorithm with this letter.
    #[must_use]
    pub const fn from_letter(letter: u8) -> Option<Self> {
        Some(match letter {
            b'A' => Self::Aes,
            b'D' => Self::Des,
            b'T' => Self::Tdes,
            b'H' => Self::Hmac,
            b'R' => Self::Rsa,
            b'E' => Self::Ec,
            b'S' => Self::Dsa,
            b'1' => Self::MlDsa,
            b'2' => Self::MlKem,
            _ => return None,
        })
    }

    /// Whether its keys are pairs, of which a key block holds the private half in a PrivateKeyInfo, and pairs of it are
    /// served.
    #[must_use]
    pub(crate) const fn is_of_pairs(self) -> bool {
        matches!(self, Self::Rsa | Self::Ec | Self::MlDsa | Self::MlKem)
    }

    /// Whether a key of `length` bytes can be one of this algorithm.
    #[must_use]
    pub(crate) const fn takes(self, length: usize) -> bool {
        match self {
            Self::Aes => matches!(length, 16 | 24 | 32),
            Self::Des => length == 8,
            Self::Tdes => matches!(length, 16 | 24),
            Self::Hmac | Self::Rsa | Self::Ec | Self::Dsa | Self::MlDsa | Self::MlKem => length > 0,
        }
    }

    /// Bits of strength of a key of `length` bytes (SP 800-57 part 1, table 2), to compare wrapping with wrapped. A
    /// keyed hash never asks for more than 128, and of private keys the least that is in use is assumed.
    #[must_use]
    pub(crate) fn strength(self, length: usize) -> usize {
        match (self, length) {
            (Self::Aes, _) => length * 8,
            (Self::Des, _) | (Self::Tdes, 8) => 56,
            (Self::Tdes, 16) => 80,
            (Self::Tdes, _) | (Self::Rsa | Self::Ec | Self::Dsa | Self::MlDsa | Self::MlKem, _) => 112,
            (Self::Hmac, _) => (length * 8).min(128),
        }
    }
}

/// A symmetric key to generate, or a major key: algorithm and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// Single-length DES, 8 bytes.
    Des,
    /// Two-key triple DES, 16 bytes.
    Tdes2,
    /// Three-key triple DES, 24 bytes.
    Tdes3,
    /// AES-128, 16 bytes.
    Aes128,
    /// AES-192, 24 bytes.
    Aes192,
    /// AES-256, 32 bytes.
    Aes256,
}

impl KeyType {
    const ALL: [Self; 6] = [Self::Des, Self::Tdes2, Self::Tdes3, Self::Aes128, Self::Aes192, Self::Aes256];

    /// Its algorithm.
    #[must_use]
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::Des => Algorithm::Des,
            Self::Tdes2 | Self::Tdes3 => Algorithm::Tdes,
            Self::Aes128 | Self::Aes192 | Self::Aes256 => Algorithm::Aes,
        }
    }

    /// Bytes of such a key.
    #[must_use]
    pub const fn length(self) -> usize {
        match self {
            Self::Des => 8,
            Self::Tdes2 | Self::Aes128 => 16,
            Self::Tdes3 | Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    /// Its number: in the store, and in `CT` on the wire (wire.md B.5).
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Des => 1,
            Self::Tdes2 => 2,
            Self::Tdes3 => 3,
            Self::Aes128 => 4,
            Self::Aes192 => 5,
            Self::Aes256 => 6,
        }
    }

    /// The type with this number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|key_type| key_type.code() == code)
    }

    /// Its name, for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Des => "DES",
            Self::Tdes2 => "2-key TDES",
            Self::Tdes3 => "3-key TDES",
            Self::Aes128 => "AES-128",
            Self::Aes192 => "AES-192",
            Self::Aes256 => "AES-256",
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl KeyType {
    /// Its code on the wire.
    #[must_use]
    pub const fn wire(self) -> KeyTypeCode {
        match self {
            Self::Des => KeyTypeCode::Des,
            Self::Tdes2 => KeyTypeCode::Tdes2,
            Self::Tdes3 => KeyTypeCode::Tdes3,
            Self::Aes128 => KeyTypeCode::Aes128,
            Self::Aes192 => KeyTypeCode::Aes192,
            Self::Aes256 => KeyTypeCode::Aes256,
        }
    }
}

impl From<KeyTypeCode> for KeyType {
    fn from(code: KeyTypeCode) -> Self {
        match code {
            KeyTypeCode::Des => Self::Des,
            KeyTypeCode::Tdes2 => Self::Tdes2,
            KeyTypeCode::Tdes3 => Self::Tdes3,
            KeyTypeCode::Aes128 => Self::Aes128,
            KeyTypeCode::Aes192 => Self::Aes192,
            KeyTypeCode::Aes256 => Self::Aes256,
        }
    }
}

impl From<DesLength> for KeyType {
    fn from(length: DesLength) -> Self {
        match length {
            DesLength::Single => Self::Des,
            DesLength::Double => Self::Tdes2,
            DesLength::Triple => Self::Tdes3,
        }
    }
}
