//! Parity and weak keys of the DES family (SP 800-67 sections 3.1 and 3.3.2).

use super::{Algorithm, Error, KeyMaterial};

/// The four weak and the six pairs of semi-weak keys, without parity bits.
const WEAK: [u64; 16] = [
    0x0101_0101_0101_0101,
    0xFEFE_FEFE_FEFE_FEFE,
    0xE0E0_E0E0_F1F1_F1F1,
    0x1F1F_1F1F_0E0E_0E0E,
    0x011F_011F_010E_010E,
    0x1F01_1F01_0E01_0E01,
    0x01E0_01E0_01F1_01F1,
    0xE001_E001_F101_F101,
    0x01FE_01FE_01FE_01FE,
    0xFE01_FE01_FE01_FE01,
    0x1FE0_1FE0_0EF1_0EF1,
    0xE01F_E01F_F10E_F10E,
    0x1FFE_1FFE_0EFE_0EFE,
    0xFE1F_FE1F_FE0E_FE0E,
    0xE0FE_E0FE_F1FE_F1FE,
    0xFEE0_FEE0_FEF1_FEF1,
];

const PARITY_BITS: u64 = 0x0101_0101_0101_0101;

/// Gives every byte an odd number of bits, by its lowest one.
pub(crate) fn adjust(key: &mut [u8]) {
    for byte in key {
        *byte ^= 1 ^ u8::from(byte.count_ones() % 2 == 1);
    }
}

/// Refuses weak keys: a weak or semi-weak part, K1 = K2 or K2 = K3 (which make triple DES a single one), and an AES or
/// HMAC key of zeros. The time does not depend on the key.
///
/// # Errors
/// [`Error::Weak`]
pub fn check(algorithm: Algorithm, key: &KeyMaterial) -> Result<(), Error> {
    let zeros = key.expose().iter().fold(0, |seen, byte| seen | byte) == 0;
    let weak = zeros
        | match algorithm {
            Algorithm::Des | Algorithm::Tdes => has_weak_part(key.expose()),
            Algorithm::Aes
            | Algorithm::Hmac
            | Algorithm::Rsa
            | Algorithm::Ec
            | Algorithm::Dsa
            | Algorithm::MlDsa
            | Algorithm::MlKem => false,
        };
    if weak { Err(Error::Weak) } else { Ok(()) }
}

fn has_weak_part(key: &[u8]) -> bool {
    let mut previous = None;
    let mut weak = false;
    for part in key.as_chunks::<8>().0 {
        let part = u64::from_be_bytes(*part) & !PARITY_BITS;
        weak |= WEAK.iter().fold(false, |seen, known| seen | (part == known & !PARITY_BITS));
        weak |= previous == Some(part);
        previous = Some(part);
    }
    weak
}

/// Whether every byte has an odd number of bits.
#[must_use]
pub fn is_odd(key: &KeyMaterial) -> bool {
    key.expose().iter().fold(true, |odd, byte| odd & (byte.count_ones() % 2 == 1))
}
