//! Which usages, algorithms and modes go together.

use super::{Algorithm, Mode, Usage};

const SYMMETRIC: &[Algorithm] = &[Algorithm::Tdes, Algorithm::Aes, Algorithm::Des];
const PAIR: &[Algorithm] = &[Algorithm::Rsa, Algorithm::Ec];
const SIGNING: &[Algorithm] = &[Algorithm::Rsa, Algorithm::Ec, Algorithm::Dsa, Algorithm::MlDsa];
const AGREEING: &[Algorithm] = &[Algorithm::Rsa, Algorithm::Ec, Algorithm::MlKem];
const KEYED_HASH: &[Algorithm] = &[Algorithm::Hmac];
const CRYPT: &[Mode] = &[Mode::Both, Mode::Decrypt, Mode::Encrypt];
const CRYPT_OR_DERIVE: &[Mode] = &[Mode::Both, Mode::Decrypt, Mode::Encrypt, Mode::Derive];
const MAC: &[Mode] = &[Mode::MacBoth, Mode::Generate, Mode::Verify];
const DERIVE: &[Mode] = &[Mode::Derive];
const MAC_OR_DERIVE: &[Mode] = &[Mode::Derive, Mode::MacBoth, Mode::Generate, Mode::Verify];
const PERSONALISE: &[Mode] =
    &[Mode::Both, Mode::MacBoth, Mode::Decrypt, Mode::Encrypt, Mode::Generate, Mode::Verify, Mode::Derive];
const ONE_WAY: &[Mode] = &[Mode::Decrypt, Mode::Encrypt];
const SIGN: &[Mode] = &[Mode::Sign, Mode::Verify, Mode::SignDecrypt];

/// The algorithms of a usage and its modes beside `N`; `None` for one that is not known.
fn row(usage: Usage) -> Option<(&'static [Algorithm], &'static [Mode])> {
    Some(match usage {
        Usage::B0 | Usage::B1 | Usage::B2 | Usage::B3 => (SYMMETRIC, DERIVE),
        Usage::C0 => (SYMMETRIC, MAC),
        Usage::D0 | Usage::D2 | Usage::D3 => (SYMMETRIC, CRYPT),
        Usage::D1 => (PAIR, CRYPT),
        Usage::E0 | Usage::E1 | Usage::E2 | Usage::E4 | Usage::E6 => (SYMMETRIC, DERIVE),
        Usage::E3 => (SYMMETRIC, MAC_OR_DERIVE),
        Usage::E5 => (SYMMETRIC, PERSONALISE),
        Usage::E7 => (PAIR, ONE_WAY),
        Usage::I0 => (SYMMETRIC, &[]),
        Usage::K0 => (SYMMETRIC, CRYPT),
        Usage::K1 | Usage::K4 => (SYMMETRIC, CRYPT_OR_DERIVE),
        Usage::K2 => (PAIR, CRYPT_OR_DERIVE),
        Usage::K3 => (AGREEING, CRYPT_OR_DERIVE),
        Usage::M0 | Usage::M1 | Usage::M2 | Usage::M3 | Usage::M4 | Usage::M5 | Usage::M6 | Usage::M8 => {
            (SYMMETRIC, MAC)
        }
        Usage::M7 => (KEYED_HASH, MAC),
        Usage::P0 => (SYMMETRIC, CRYPT),
        Usage::P1 => (SYMMETRIC, MAC),
        Usage::S0 | Usage::S1 | Usage::S2 => (SIGNING, SIGN),
        Usage::V0 | Usage::V1 | Usage::V2 | Usage::V3 | Usage::V4 | Usage::V5 => (SYMMETRIC, MAC),
        _ => return None,
    })
}

/// Says what does not go together.
pub(crate) fn check(usage: Usage, algorithm: Algorithm, mode: Mode) -> Result<(), &'static str> {
    let (algorithms, modes) = row(usage).ok_or("this key usage is not known, so a key of it cannot be used")?;
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
    fn every_known_usage_has_a_row() {
        for usage in Usage::KNOWN {
            assert!(row(*usage).is_some(), "{usage}");
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
