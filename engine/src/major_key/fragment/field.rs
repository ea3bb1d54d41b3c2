//! Arithmetic in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1, the field of AES (FIPS 197 section 4). Sums are exclusive or.
//!
//! Neither branches nor tables: the time would tell operands, and these are parts of keys.

/// The reduction polynomial without its leading term.
const REDUCTION: u8 = 0x1B;

/// The product.
pub(super) const fn multiply(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    let mut bit = 0;
    while bit < 8 {
        product ^= a & mask(b & 1);
        a = (a << 1) ^ (REDUCTION & mask(a >> 7));
        b >>= 1;
        bit += 1;
    }
    product
}

/// The element whose product with `a` is 1; 0 for 0, which has none.
pub(super) const fn invert(a: u8) -> u8 {
    // a^254, because a^255 is 1: 254 is 11111110 in binary.
    let mut power = a;
    let mut step = 0;
    while step < 6 {
        power = multiply(multiply(power, power), a);
        step += 1;
    }
    multiply(power, power)
}

/// All bits where `bit` is 1, none where it is 0.
const fn mask(bit: u8) -> u8 {
    bit.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use vsss_rs::Gf256;

    use super::*;

    #[test]
    fn products_are_those_of_fips_197_and_of_another_implementation() {
        assert_eq!(multiply(0x57, 0x83), 0xC1);
        assert_eq!(multiply(0x57, 0x13), 0xFE);
        for a in 0..=255 {
            for b in 0..=255 {
                assert_eq!(multiply(a, b), (Gf256(a) * Gf256(b)).0, "{a} {b}");
            }
        }
    }

    #[test]
    fn every_element_but_zero_has_an_inverse() {
        assert_eq!(invert(0), 0);
        for a in 1..=255 {
            assert_eq!(multiply(a, invert(a)), 1, "{a}");
        }
    }
}
