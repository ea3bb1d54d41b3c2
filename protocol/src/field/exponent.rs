//! RSA's public exponent.

use super::Value;
use crate::buffer::Buffer;

/// A public exponent: 1 to 16 hexadecimal digits, an odd number of them as well (`10001`). Which numbers will do is for
/// the engine to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exponent(pub u64);

impl Value<'_> for Exponent {
    const SHAPE: &'static str = "a public exponent of 1 to 16 hexadecimal digits, 10001 nearly always";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        let rule = "must be a public exponent of 1 to 16 hexadecimal digits";
        if value.is_empty() || value.len() > 16 {
            return Err(rule);
        }
        let digits = value.iter().map(|digit| char::from(*digit).to_digit(16));
        digits
            .map(|digit| digit.map(u64::from))
            .try_fold(0, |e, digit| digit.map(|digit| e << 4 | digit))
            .map(Self)
            .ok_or(rule)
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(format!("{:X}", self.0).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_either_case_and_any_number_are_read() {
        for (text, expected) in [("10001", 0x10001), ("3", 3), ("00010001", 0x10001), ("1ffFFFfff", 0x1_FFFF_FFFF)] {
            assert_eq!(Exponent::parse(text.as_bytes()), Ok(Exponent(expected)), "{text}");
        }
        for wrong in ["", "x", "+3", "00000000000010001"] {
            assert!(Exponent::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
