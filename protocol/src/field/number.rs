//! Decimal numbers within bounds.

use crate::buffer::Buffer;

use super::Value;

/// A decimal number from `MIN` to `MAX`, without sign; leading zeros are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Number<MIN, MAX> {
    /// The least of them.
    pub const MIN_NUMBER: Self = Self(MIN);
    /// The greatest of them.
    pub const MAX_NUMBER: Self = Self(MAX);

    /// The number, if it lies within the bounds.
    #[must_use]
    pub fn new(number: u32) -> Option<Self> {
        (MIN..=MAX).contains(&number).then_some(Self(number))
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }
}

/// Number of a place in the key table.
pub type SlotNumber = Number<0, 99_999>;

/// Days for which a certificate is valid, up to a century.
pub type Days = Number<1, 36_525>;

/// Seconds since 1970-01-01 00:00 UTC.
pub type Seconds = Number<0, { u32::MAX }>;

/// Bytes of a MAC that are given or compared.
pub type MacLength = Number<4, 16>;

impl<const MIN: u32, const MAX: u32> Number<MIN, MAX> {
    const SHAPE_BYTES: (usize, [u8; 48]) = shape(MIN, MAX);
    const REFUSAL_BYTES: (usize, [u8; 48]) = {
        let (mut length, mut text) = (0, [0; 48]);
        append(b"must be ", &mut text, &mut length);
        append(Self::SHAPE.as_bytes(), &mut text, &mut length);
        (length, text)
    };
    const REFUSAL: &'static str = text(&Self::REFUSAL_BYTES);
}

impl<const MIN: u32, const MAX: u32> Value<'_> for Number<MIN, MAX> {
    const SHAPE: &'static str = text(&Self::SHAPE_BYTES);

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        parse_decimal(value).and_then(Self::new).ok_or(Self::REFUSAL)
    }

    fn write(&self, out: &mut Buffer) {
        write_decimal(self.0, out);
    }
}

/// "a number from 1 to 500", made by the compiler.
const fn shape(min: u32, max: u32) -> (usize, [u8; 48]) {
    let (mut length, mut text) = (0, [0; 48]);
    append(b"a number from ", &mut text, &mut length);
    append_decimal(min, &mut text, &mut length);
    append(b" to ", &mut text, &mut length);
    append_decimal(max, &mut text, &mut length);
    (length, text)
}

const fn append(bytes: &[u8], text: &mut [u8; 48], length: &mut usize) {
    let mut index = 0;
    while index < bytes.len() {
        text[*length] = bytes[index];
        *length += 1;
        index += 1;
    }
}

const fn append_decimal(number: u32, text: &mut [u8; 48], length: &mut usize) {
    if number >= 10 {
        append_decimal(number / 10, text, length);
    }
    append(&[b"0123456789"[number as usize % 10]], text, length);
}

const fn text(of: &'static (usize, [u8; 48])) -> &'static str {
    match std::str::from_utf8(of.1.split_at(of.0).0) {
        Ok(text) => text,
        Err(_) => panic!("digits and letters"),
    }
}

/// Reads one to ten decimal digits and nothing else; `None` beyond 32 bits.
pub(super) fn parse_decimal(value: &[u8]) -> Option<u32> {
    if value.is_empty() || value.len() > 10 || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = value.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    u32::try_from(number).ok()
}

/// Appends a number in decimal.
pub(super) fn write_decimal(number: u32, out: &mut Buffer) {
    let mut digits = [0; 10];
    let mut start = digits.len();
    let mut rest = number;
    loop {
        start -= 1;
        digits[start] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold() {
        for (text, expected) in [
            ("0", None),
            ("4", Some(4)),
            ("0016", Some(16)),
            ("17", None),
            ("", None),
            ("-4", None),
            ("4294967300", None),
        ] {
            assert_eq!(MacLength::parse(text.as_bytes()).ok().map(MacLength::value), expected, "{text}");
        }
        assert_eq!(&*Buffer::filled(|out| write_decimal(u32::MAX, out)), b"4294967295");
    }
}
