//! Keys as they are named in a value (wire.md A.4, B.3.1).

use std::fmt;

use super::Value;
use super::data::parse_hex;
use super::number::{SlotNumber, parse_decimal, write_decimal};
use crate::buffer::Buffer;
use crate::hex;
use crate::secret::Inline;

/// A symmetric key: a slot of the key table, a cryptogram under the MFK, or a TR-31 key block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyRef {
    /// `BD` and a slot number.
    Slot(SlotNumber),
    /// 16, 32 or 48 hexadecimal digits: 8, 16 or 24 bytes.
    Cryptogram(CryptogramBytes),
    /// A whole key block, kept as received.
    KeyBlock(KeyBlockText),
}

/// The bytes of a cryptogram: 8, 16 or 24.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CryptogramBytes(Inline<24>);

impl CryptogramBytes {
    /// A copy of 8, 16 or 24 bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        matches!(bytes.len(), 8 | 16 | 24).then(|| Self(Inline::new(bytes)))
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.expose()
    }
}

/// The characters of a key block; that they make a legal one is for the engine to find.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyBlockText(Inline<160>);

impl KeyBlockText {
    /// A copy of the block's characters.
    #[must_use]
    pub fn new(block: &[u8]) -> Self {
        Self(Inline::new(block))
    }

    /// `length` characters that `fill` writes in place.
    #[must_use]
    pub fn with_length(length: usize, fill: impl FnOnce(&mut [u8])) -> Self {
        Self(Inline::with_length(length, fill))
    }

    /// The characters.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.expose()
    }
}

impl Value for KeyBlockText {
    const SHAPE: &'static str = "a key block";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        parse_key_block(value).map_err(|_| "must be a key block")
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(self.as_bytes());
    }
}

impl fmt::Debug for KeyBlockText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = self.as_bytes().get(..16).unwrap_or_default();
        write!(f, "KeyBlockText({}..)", header.escape_ascii())
    }
}

impl KeyRef {
    /// The slot `number`, if there can be such a slot.
    #[must_use]
    pub fn slot(number: u32) -> Option<Self> {
        SlotNumber::new(number).map(Self::Slot)
    }
}

impl Value for KeyRef {
    const SHAPE: &'static str = "BD and a slot number, a key block, or a cryptogram of 16, 32 or 48 hexadecimal digits";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        // Length decides first: a cryptogram may begin with "BD", or with what looks like a key block's header.
        if matches!(value.len(), 16 | 32 | 48)
            && let Ok(bytes) = parse_hex(value)
        {
            return Ok(Self::Cryptogram(CryptogramBytes(bytes)));
        }
        if let Some(digits) = value.strip_prefix(b"BD")
            && (1..=5).contains(&digits.len())
            && let Some(slot) = parse_decimal(digits).and_then(SlotNumber::new)
        {
            return Ok(Self::Slot(slot));
        }
        parse_key_block(value).map(Self::KeyBlock)
    }

    fn write(&self, out: &mut Buffer) {
        match self {
            Self::Slot(slot) => {
                out.extend_from_slice(b"BD");
                write_decimal(slot.value(), out);
            }
            Self::Cryptogram(cryptogram) => hex::write(cryptogram.bytes(), out),
            Self::KeyBlock(block) => out.extend_from_slice(block.as_bytes()),
        }
    }
}

/// A key that is given out: a key block or a cryptogram, never a slot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WrappedKey {
    /// 16, 32 or 48 hexadecimal digits.
    Cryptogram(CryptogramBytes),
    /// A TR-31 key block.
    KeyBlock(KeyBlockText),
}

impl Value for WrappedKey {
    const SHAPE: &'static str = "a key block, or a cryptogram of 16, 32 or 48 hexadecimal digits";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        match KeyRef::parse(value)? {
            KeyRef::Cryptogram(cryptogram) => Ok(Self::Cryptogram(cryptogram)),
            KeyRef::KeyBlock(block) => Ok(Self::KeyBlock(block)),
            KeyRef::Slot(_) => Err("must be a key block or a cryptogram, not a slot"),
        }
    }

    fn write(&self, out: &mut Buffer) {
        match self {
            Self::Cryptogram(cryptogram) => hex::write(cryptogram.bytes(), out),
            Self::KeyBlock(block) => out.extend_from_slice(block.as_bytes()),
        }
    }
}

impl From<WrappedKey> for KeyRef {
    fn from(key: WrappedKey) -> Self {
        match key {
            WrappedKey::Cryptogram(cryptogram) => Self::Cryptogram(cryptogram),
            WrappedKey::KeyBlock(block) => Self::KeyBlock(block),
        }
    }
}

/// A key block header as a template: 16 characters, the length `0000`, optional blocks after it where wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeaderText(KeyBlockText);

impl HeaderText {
    /// The header, if it has at least 16 legal characters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        Self::parse(text.as_bytes()).ok()
    }

    /// The characters.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Value for HeaderText {
    const SHAPE: &'static str = "a key block header of 16 characters (length 0000), with its optional blocks if any";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        if value.len() < 16 || !crate::frame::are_value_bytes(value) {
            return Err("a key block header has 16 characters, such as D0000P0AE00E0000");
        }
        Ok(Self(KeyBlockText::new(value)))
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(self.as_bytes());
    }
}

/// An initialisation vector: 8 or 16 bytes, or the slot of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IvRef {
    /// `BD` and a slot number; the slot holds a key of usage I0.
    Slot(SlotNumber),
    /// 16 or 32 hexadecimal digits.
    Bytes(Inline<16>),
}

impl Value for IvRef {
    const SHAPE: &'static str = "an IV of 16 or 32 hexadecimal digits, or BD and the slot of one";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        if matches!(value.len(), 16 | 32) {
            return parse_hex(value).map(Self::Bytes);
        }
        match KeyRef::parse(value) {
            Ok(KeyRef::Slot(slot)) => Ok(Self::Slot(slot)),
            Ok(KeyRef::Cryptogram(_) | KeyRef::KeyBlock(_)) | Err(_) => {
                Err("must be 16 or 32 hexadecimal digits, or BD and a slot number")
            }
        }
    }

    fn write(&self, out: &mut Buffer) {
        match self {
            Self::Slot(slot) => KeyRef::Slot(*slot).write(out),
            Self::Bytes(bytes) => hex::write(bytes.expose(), out),
        }
    }
}

/// A modifier: one hexadecimal digit that says what a cryptogram is for (wire.md B.5.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct ModifierDigit(u8);

impl ModifierDigit {
    /// The modifier, 0 to 15.
    #[must_use]
    pub fn new(value: u8) -> Option<Self> {
        (value < 16).then_some(Self(value))
    }

    /// 0 to 15.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }
}

impl Value for ModifierDigit {
    const SHAPE: &'static str = "a modifier: one hexadecimal digit";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        match value {
            [digit] => char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).map(Self),
            _ => None,
        }
        .ok_or("a modifier is one hexadecimal digit")
    }

    fn write(&self, out: &mut Buffer) {
        out.push(b"0123456789ABCDEF"[usize::from(self.0 & 15)]);
    }
}

pub(super) fn parse_key_block(value: &[u8]) -> Result<KeyBlockText, &'static str> {
    let looks_like_one =
        value.len() > 16 && matches!(value[0], b'A'..=b'E') && value[1..5].iter().all(u8::is_ascii_digit);
    if looks_like_one { Ok(KeyBlockText::new(value)) } else { Err(MUST_BE) }
}

const MUST_BE: &str = "must be BD and a slot number, a key block, or a cryptogram of 16, 32 or 48 hexadecimal digits";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_decides_where_a_cryptogram_looks_like_something_else() {
        assert!(matches!(KeyRef::parse(b"BD12"), Ok(KeyRef::Slot(slot)) if slot.value() == 12));
        assert!(matches!(KeyRef::parse(b"BD12345678901234"), Ok(KeyRef::Cryptogram(_))));
        assert!(matches!(KeyRef::parse(b"B0080000000000000000000000000000"), Ok(KeyRef::Cryptogram(_))));
        assert!(matches!(
            KeyRef::parse(b"B0080P0TE00E000094B420079CC80BA3461F86FE26EFC4A3B8E4FA4C5F534117"),
            Ok(KeyRef::KeyBlock(_))
        ));
        for wrong in
            ["", "BD", "BD123456", "BDx", "BD-1", "F0080P0TE00E000094B4", "0123456789ABCDE", "0123456789ABCDEFG"]
        {
            assert!(KeyRef::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
