//! Hexadecimal digits. The loops have no branch and no table and run over lengths that the compiler knows, so that it
//! does many digits at once and the time does not depend on what may be a key.

/// Bytes that are done at once.
const LANES: usize = 16;

/// Writes two upper-case digits for each byte; `out` has twice the length of `bytes`.
pub fn encode(bytes: &[u8], out: &mut [u8]) {
    let (wide_bytes, bytes) = bytes.as_chunks::<LANES>();
    let (wide_out, out) = out.split_at_mut(wide_bytes.len() * LANES * 2);
    for (digits, bytes) in wide_out.as_chunks_mut::<{ LANES * 2 }>().0.iter_mut().zip(wide_bytes) {
        let pairs = bytes.map(pair);
        for (lane, pair) in digits.as_chunks_mut::<2>().0.iter_mut().zip(pairs) {
            *lane = pair.to_le_bytes();
        }
    }
    for (lane, byte) in out.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *lane = pair(*byte).to_le_bytes();
    }
}

/// Appends two upper-case digits for each byte.
pub fn write(bytes: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + bytes.len() * 2, 0);
    encode(bytes, &mut out[start..]);
}

/// Reads digits of either case into `out`, which has half their length. Tells whether all of them were digits; when
/// not, `out` holds nothing of use.
#[must_use]
pub fn decode(digits: &[u8], out: &mut [u8]) -> bool {
    if digits.len() != out.len() * 2 {
        return false;
    }
    let mut wrong = 0;
    let (wide_out, out) = out.as_chunks_mut::<LANES>();
    let (wide_digits, digits) = digits.split_at(wide_out.len() * LANES * 2);
    for (bytes, digits) in wide_out.iter_mut().zip(wide_digits.as_chunks::<{ LANES * 2 }>().0) {
        let values = digits.map(value);
        wrong |= values.iter().fold(0, |wrong, value| wrong | value);
        for (byte, pair) in bytes.iter_mut().zip(values.as_chunks::<2>().0) {
            *byte = pair[0] << 4 | pair[1] & 0x0F;
        }
    }
    for (byte, pair) in out.iter_mut().zip(digits.as_chunks::<2>().0) {
        let (high, low) = (value(pair[0]), value(pair[1]));
        wrong |= high | low;
        *byte = high << 4 | low & 0x0F;
    }
    wrong & 0xF0 == 0
}

/// Both digits of a byte, the first one in the lower half, without a branch.
const fn pair(byte: u8) -> u16 {
    let byte = byte as u16;
    let nibbles = byte >> 4 | (byte & 0x0F) << 8;
    // 1 in each half that is above 9; 'A' is 7 beyond the character that follows '9'.
    let letters = nibbles.wrapping_add(0x0606) >> 4 & 0x0101;
    nibbles.wrapping_add(0x3030).wrapping_add(letters.wrapping_mul(7))
}

/// The value of a digit; something above 15 for what is none.
const fn value(digit: u8) -> u8 {
    let number = digit.wrapping_sub(b'0');
    let letter = (digit | 0x20).wrapping_sub(b'a');
    let of_letter = if letter < 6 { letter + 10 } else { 0xFF };
    if number < 10 { number } else { of_letter }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back_from_digits_of_either_case() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut digits = Vec::new();
        write(&bytes, &mut digits);
        assert!(digits.starts_with(b"000102") && digits.ends_with(b"FDFEFF"));
        for text in [digits.to_ascii_lowercase(), digits] {
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
