//! Hexadecimal digits. The loops have no branch and no table and run over lengths that the compiler knows, so that it
//! does many digits at once and the time does not depend on what may be a key.

use crate::buffer::Buffer;

/// Bytes that are done at once.
const LANES: usize = 16;

/// Writes two upper-case digits for each byte; `out` has twice the length of `bytes`.
pub fn encode(bytes: &[u8], out: &mut [u8]) {
    let (wide, rest) = bytes.as_chunks::<LANES>();
    let (wide_out, rest_out) = out.split_at_mut(wide.len() * LANES * 2);
    for (digits, bytes) in wide_out.as_chunks_mut::<{ LANES * 2 }>().0.iter_mut().zip(wide) {
        let (high, low) = (bytes.map(|byte| digit(byte >> 4)), bytes.map(|byte| digit(byte & 0x0F)));
        for index in 0..LANES {
            digits[2 * index] = high[index];
            digits[2 * index + 1] = low[index];
        }
    }
    for (pair, byte) in rest_out.as_chunks_mut::<2>().0.iter_mut().zip(rest) {
        *pair = [digit(byte >> 4), digit(byte & 0x0F)];
    }
}

/// Appends two upper-case digits for each byte.
pub fn write(bytes: &[u8], out: &mut Buffer) {
    encode(bytes, out.extend_by(bytes.len() * 2));
}
/// Reads digits of either case into `out`, which has half their length. Tells whether all of them were digits; when
/// not, `out` holds nothing of use.
#[must_use]
pub fn decode(digits: &[u8], out: &mut [u8]) -> bool {
    if digits.len() != out.len() * 2 {
        return false;
    }
    let (wide_out, rest_out) = out.as_chunks_mut::<LANES>();
    let (wide, rest) = digits.split_at(wide_out.len() * LANES * 2);
    wide_values(wide.as_chunks().0, wide_out) & few_values(rest, rest_out)
}

/// Lane by lane, also of what is wrong: folding each chunk to one byte would cost as much as reading it.
fn wide_values(digits: &[[u8; LANES * 2]], out: &mut [[u8; LANES]]) -> bool {
    let mut wrong = [0; LANES * 2];
    for (bytes, digits) in out.iter_mut().zip(digits) {
        let values = digits.map(value);
        for index in 0..LANES * 2 {
            wrong[index] |= values[index];
        }
        for index in 0..LANES {
            bytes[index] = values[2 * index] << 4 | values[2 * index + 1] & 0x0F;
        }
    }
    wrong.iter().fold(0, |wrong, value| wrong | value) & 0xF0 == 0
}

fn few_values(digits: &[u8], out: &mut [u8]) -> bool {
    let mut wrong = 0;
    for (byte, digits) in out.iter_mut().zip(digits.as_chunks::<2>().0) {
        let [high, low] = digits.map(value);
        wrong |= high | low;
        *byte = high << 4 | low & 0x0F;
    }
    wrong & 0xF0 == 0
}

/// The digit of a number below 16.
const fn digit(number: u8) -> u8 {
    // 'A' is 7 beyond the character that follows '9'.
    number.wrapping_add(b'0').wrapping_add(if number > 9 { 7 } else { 0 })
}

/// The value of a digit; something above 15 for what is none.
const fn value(digit: u8) -> u8 {
    let number = digit.wrapping_sub(b'0');
    let letter = (digit | 0x20).wrapping_sub(b'a');
    let is_number = if number < 10 { 0xFF } else { 0 };
    let is_letter = if letter < 6 { 0xFF } else { 0 };
    number & is_number | letter.wrapping_add(10) & is_letter | !(is_number | is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back_from_digits_of_either_case() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut digits = Buffer::new();
        write(&bytes, &mut digits);
        assert!(digits.starts_with(b"000102") && digits.ends_with(b"FDFEFF"));
        for text in [digits.to_ascii_lowercase(), digits.to_vec()] {
            let mut back = vec![0; 256];
            assert!(decode(&text, &mut back));
            assert_eq!(back, bytes);
        }
    }

    #[test]
    fn only_digits_are_read() {
        for character in 0..=255u8 {
            let legal = character.is_ascii_hexdigit();
            assert_eq!(decode(&[character, b'0'], &mut [0]), legal, "{character:#04X}");
            assert_eq!(decode(&[b'0', character], &mut [0]), legal, "{character:#04X}");
        }
        assert!(!decode(b"012", &mut [0]));
        assert!(!decode(b"01", &mut [0, 0]));
    }
}
