//! Which usages, algorithms and modes go together.

use super::{Algorithm, Mode, Usage};

/// One row: usages, their algorithms, their modes beside `N`.
type Row = (&'static [Usage], &'static [Algorithm], &'static [Mode]);

const SYMMETRIC: &[Algorithm] = &[Algorithm::Tdes, Algorithm::Aes, Algorithm::Des];
const PAIR: &[Algorithm] = &[Algorithm::Rsa, Algorithm::Ec];
const CRYPT: &[Mode] = &[Mode::Both, Mode::Decrypt, Mode::Encrypt];
const MAC: &[Mode] = &[Mode::MacBoth, Mode::Generate, Mode::Verify];
const DERIVE: &[Mode] = &[Mode::Derive];

const ROWS: &[Row] = &[
    (&[Usage::B0, Usage::B1, Usage::B2, Usage::B3], SYMMETRIC, DERIVE),
    (&[Usage::C0], SYMMETRIC, MAC),
    (&[Usage::D0, Usage::D2, Usage::D3], SYMMETRIC, CRYPT),
    (&[Usage::D1], PAIR, CRYPT),
    (&[Usage::E0, Usage::E1, Usage::E2, Usage::E4, Usage::E6], SYMMETRIC, DERIVE),
    (&[Usage::E3], SYMMETRIC, &[Mode::Derive, Mode::MacBoth, Mode::Generate, Mode::Verify]),
    (
        &[Usage::E5],
        SYMMETRIC,
        &[Mode::Both, Mode::MacBoth, Mode::Decrypt, Mode::Encrypt, Mode::Generate, Mode::Verify, Mode::Derive],
    ),
    (&[Usage::E7], PAIR, &[Mode::Decrypt, Mode::Encrypt]),
    (&[Usage::I0], SYMMETRIC, &[]),
    (&[Usage::K0], SYMMETRIC, CRYPT),
    (&[Usage::K1, Usage::K4], SYMMETRIC, &[Mode::Both, Mode::Decrypt, Mode::Encrypt, Mode::Derive]),
    (&[Usage::K2, Usage::K3], PAIR, &[Mode::Both, Mode::Decrypt, Mode::Encrypt, Mode::Derive]),
    (&[Usage::M0, Usage::M1, Usage::M2, Usage::M3, Usage::M4, Usage::M5, Usage::M6, Usage::M8], SYMMETRIC, MAC),
    (&[Usage::M7], &[Algorithm::Hmac], MAC),
    (&[Usage::P0], SYMMETRIC, CRYPT),
    (&[Usage::P1], SYMMETRIC, MAC),
    (
        &[Usage::S0, Usage::S1, Usage::S2],
        &[Algorithm::Rsa, Algorithm::Ec, Algorithm::Dsa],
        &[Mode::Sign, Mode::Verify, Mode::SignDecrypt],
    ),
    (&[Usage::V0, Usage::V1, Usage::V2, Usage::V3, Usage::V4, Usage::V5], SYMMETRIC, MAC),
];

/// Says what does not go together.
pub(crate) fn check(usage: Usage, algorithm: Algorithm, mode: Mode) -> Result<(), &'static str> {
    let row = ROWS.iter().find(|(usages, _, _)| usages.contains(&usage));
    let (_, algorithms, modes) = row.ok_or("this key usage is not known, so a key of it cannot be used")?;
    if !algorithms.contains(&algorithm) {
        return Err("this key usage does not go with this algorithm");
    }
    if mode != Mode::Any && !modes.contains(&mode) {
        return Err("this key usage does not go with this mode of use");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_usage_has_exactly_one_row() {
        for usage in Usage::KNOWN {
            let rows = ROWS.iter().filter(|(usages, _, _)| usages.contains(usage)).count();
            assert_eq!(rows, 1, "{usage}");
        }
    }

    #[test]
    fn refuses_what_does_not_go_together() {
        assert_eq!(check(Usage::P0, Algorithm::Aes, Mode::Both), Ok(()));
        assert_eq!(check(Usage::P0, Algorithm::Aes, Mode::Any), Ok(()));
        assert!(check(Usage::P0, Algorithm::Aes, Mode::Generate).is_err());
        assert!(check(Usage::P0, Algorithm::Rsa, Mode::Both).is_err());
        assert!(check(Usage::M7, Algorithm::Aes, Mode::Generate).is_err());
        assert!(Usage::new(*b"10").is_some_and(|vendor| check(vendor, Algorithm::Tdes, Mode::Any).is_err()));
    }
}
