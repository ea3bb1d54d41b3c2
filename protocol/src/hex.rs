//! Hexadecimal digits. Nothing is looked up at a place that depends on what may be a key: many bytes are done by vector
//! instructions, few by a loop without branch or table. Only [`decode_public`] may do otherwise.

use crate::buffer::Buffer;

/// From so many bytes on, every byte is done by vector instructions; fewer, and `faster-hex` may take them from tables.
const WIDE: usize = 16;

/// Whether the processor has the instructions without which `faster-hex` takes all from tables.
fn has_vectors() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("sse4.1");
    #[cfg(not(target_arch = "x86_64"))]
    return cfg!(all(target_arch = "aarch64", target_feature = "neon"));
}

/// Writes two upper-case digits for each byte; `out` has twice the length of `bytes`.
pub fn encode(bytes: &[u8], out: &mut [u8]) {
    debug_assert_eq!(out.len(), bytes.len() * 2);
    if bytes.len() >= WIDE && has_vectors() && faster_hex::hex_encode_upper(bytes, out).is_ok() {
        return;
    }
    for (pair, byte) in out.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
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
    if out.len() >= WIDE && has_vectors() {
        // Asked for first, because a failed decoding looks for the place by a table.
        return faster_hex::hex_check(digits) && faster_hex::hex_decode(digits, out).is_ok();
    }
    let mut wrong = 0;
    for (byte, digits) in out.iter_mut().zip(digits.as_chunks::<2>().0) {
        let [high, low] = digits.map(value);
        wrong |= high | low;
        *byte = high << 4 | low & 0x0F;
    }
    wrong & 0xF0 == 0
}

/// As [`decode`], for what is no secret, such as a ciphertext: few digits, digits where the processor has no vector instructions,
/// and what is none, may be looked up in a table.
#[must_use]
pub fn decode_public(digits: &[u8], out: &mut [u8]) -> bool {
    digits.len() == out.len() * 2 && faster_hex::hex_decode(digits, out).is_ok()
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
            back.fill(0);
            assert!(decode_public(&text, &mut back));
            assert_eq!(back, bytes);
        }
    }

    #[test]
    fn only_digits_are_read() {
        for character in 0..=255u8 {
            let legal = character.is_ascii_hexdigit();
            for decode in [decode, decode_public] {
                assert_eq!(decode(&[character, b'0'], &mut [0]), legal, "{character:#04X}");
                assert_eq!(decode(&[b'0', character], &mut [0]), legal, "{character:#04X}");
                let mut many = [b'0'; 34];
                many[17] = character;
                assert_eq!(decode(&many, &mut [0; 17]), legal, "{character:#04X}");
            }
        }
        for length in 1..70 {
            let mut digits = vec![b'7'; 2 * length];
            for place in [0, length, 2 * length - 1] {
                digits[place] = b'G';
                for decode in [decode, decode_public] {
                    assert!(!decode(&digits, &mut vec![0; length]), "digit {place} of {length} bytes");
                }
                digits[place] = b'7';
            }
            assert!(decode(&digits, &mut vec![0; length]));
        }
        assert!(!decode(b"012", &mut [0]));
        assert!(!decode(b"01", &mut [0, 0]) && !decode_public(b"01", &mut [0, 0]));
    }
}
