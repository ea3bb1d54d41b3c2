//! Keys as they are named in a value (wire.md A.4, B.3.1).

use std::fmt;

use super::Value;
use super::data::parse_hex;
use super::number::{SlotNumber, parse_decimal, write_decimal};
use crate::buffer::Buffer;
use crate::hex;
use crate::secret::Inline;

/// A symmetric key as a request names it: a slot of the key table, a cryptogram under the MFK, or a TR-31 key block, which is
/// borrowed from whoever has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyRef<'a> {
    /// `BD` and a slot number.
    Slot(SlotNumber),
    /// 16, 32 or 48 hexadecimal digits: 8, 16 or 24 bytes.
    Cryptogram(CryptogramBytes),
    /// A whole key block, as received.
    KeyBlock(GivenBlock<'a>),
}

/// The characters of a key block in a request; that they make a legal one is for the engine to find.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct GivenBlock<'a>(&'a [u8]);

impl<'a> GivenBlock<'a> {
    /// The characters.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for GivenBlock<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = self.0.get(..16).unwrap_or_default();
        write!(f, "GivenBlock({}..)", header.escape_ascii())
    }
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

/// The characters of a key block, held; that they make a legal one is for the engine to find.
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

    /// The same, lent to a request.
    #[must_use]
    pub fn lent(&self) -> GivenBlock<'_> {
        GivenBlock(self.as_bytes())
    }
}

impl From<GivenBlock<'_>> for KeyBlockText {
    fn from(block: GivenBlock<'_>) -> Self {
        Self::new(block.as_bytes())
    }
}

impl Value<'_> for KeyBlockText {
    const SHAPE: &'static str = "a key block";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        parse_key_block(value).map(Self::from).map_err(|_| "must be a key block")
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

impl KeyRef<'_> {
    /// The slot `number`, if there can be such a slot.
    #[must_use]
    pub fn slot(number: u32) -> Option<Self> {
        SlotNumber::new(number).map(Self::Slot)
    }
}

impl<'a> Value<'a> for KeyRef<'a> {
    const SHAPE: &'static str = "BD and a slot number, a key block, or a cryptogram of 16, 32 or 48 hexadecimal digits";

    fn parse(value: &'a [u8]) -> Result<Self, &'static str> {
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

/// A wrapped key in a request: a key block, which is borrowed from whoever has it, or a cryptogram; never a slot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GivenKey<'a> {
    /// 16, 32 or 48 hexadecimal digits.
    Cryptogram(CryptogramBytes),
    /// A TR-31 key block.
    KeyBlock(GivenBlock<'a>),
}

impl<'a> Value<'a> for GivenKey<'a> {
    const SHAPE: &'static str = WrappedKey::SHAPE;

    fn parse(value: &'a [u8]) -> Result<Self, &'static str> {
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

impl<'a> From<GivenKey<'a>> for KeyRef<'a> {
    fn from(key: GivenKey<'a>) -> Self {
        match key {
            GivenKey::Cryptogram(cryptogram) => Self::Cryptogram(cryptogram),
            GivenKey::KeyBlock(block) => Self::KeyBlock(block),
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

impl Value<'_> for WrappedKey {
    const SHAPE: &'static str = "a key block, or a cryptogram of 16, 32 or 48 hexadecimal digits";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        GivenKey::parse(value).map(Self::from)
    }

    fn write(&self, out: &mut Buffer) {
        match self {
            Self::Cryptogram(cryptogram) => hex::write(cryptogram.bytes(), out),
            Self::KeyBlock(block) => block.write(out),
        }
    }
}

impl From<GivenKey<'_>> for WrappedKey {
    fn from(key: GivenKey<'_>) -> Self {
        match key {
            GivenKey::Cryptogram(cryptogram) => Self::Cryptogram(cryptogram),
            GivenKey::KeyBlock(block) => Self::KeyBlock(block.into()),
        }
    }
}

impl WrappedKey {
    /// The same, lent to a request: how a client passes on a key that it was given.
    #[must_use]
    pub fn lent(&self) -> GivenKey<'_> {
        match self {
            Self::Cryptogram(cryptogram) => GivenKey::Cryptogram(cryptogram.clone()),
            Self::KeyBlock(block) => GivenKey::KeyBlock(block.lent()),
        }
    }
}

/// A key block header in a request, as a template: 16 characters, the length `0000`, optional blocks after it where wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GivenHeader<'a>(GivenBlock<'a>);

impl<'a> GivenHeader<'a> {
    /// The header, if it has at least 16 legal characters.
    #[must_use]
    pub fn new(text: &'a str) -> Option<Self> {
        if !crate::frame::are_value_bytes(text.as_bytes()) {
            return None;
        }
        Self::parse(text.as_bytes()).ok()
    }

    /// The characters.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0.as_bytes()
    }
}

impl<'a> Value<'a> for GivenHeader<'a> {
    const SHAPE: &'static str = HeaderText::SHAPE;

    fn parse(value: &'a [u8]) -> Result<Self, &'static str> {
        if value.len() < 16 {
            return Err("a key block header has 16 characters, such as D0000P0AE00E0000");
        }
        Ok(Self(GivenBlock(value)))
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(self.as_bytes());
    }
}

/// A key block header that is given out, as a template like [`GivenHeader`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeaderText(KeyBlockText);

impl HeaderText {
    /// The header, if it has at least 16 characters and all of them may stand in a frame.
    #[must_use]
    pub fn new(text: &[u8]) -> Option<Self> {
        if !crate::frame::are_value_bytes(text) {
            return None;
        }
        Self::parse(text).ok()
    }

    /// The characters.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Value<'_> for HeaderText {
    const SHAPE: &'static str = "a key block header of 16 characters (length 0000), with its optional blocks if any";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        GivenHeader::parse(value).map(|header| Self(header.0.into()))
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

impl Value<'_> for IvRef {
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

impl Value<'_> for ModifierDigit {
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

pub(super) fn parse_key_block(value: &[u8]) -> Result<GivenBlock<'_>, &'static str> {
    let looks_like_one =
        value.len() > 16 && matches!(value[0], b'A'..=b'E') && value[1..5].iter().all(u8::is_ascii_digit);
    if looks_like_one { Ok(GivenBlock(value)) } else { Err(MUST_BE) }
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

    #[test]
    fn a_key_that_was_given_out_is_lent_to_the_next_request() {
        for key in ["0123456789ABCDEF", "B0080P0TE00E000094B420079CC80BA3461F86FE26EFC4A3B8E4FA4C5F534117"] {
            let held = WrappedKey::parse(key.as_bytes()).expect("a key");
            let lent = KeyRef::from(held.lent());
            assert_eq!(&*Buffer::filled(|out| lent.write(out)), key.as_bytes());
            assert_eq!(WrappedKey::from(held.lent()), held);
        }
    }
}
