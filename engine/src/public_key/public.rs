//! Public keys.

use std::fmt;

use aws_lc_rs::agreement;
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::RsaParameters;

use super::{Curve, Error, Kind, RSA_BITS, fixed};

/// A public key that was found to be one: an RSA modulus and exponent, a point on its curve that is not the identity (nor of
/// small order), or polynomials whose coefficients are in their range.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    kind: Kind,
    /// SubjectPublicKeyInfo.
    spki: Box<[u8]>,
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280, RFC 5480 with a named curve and an uncompressed point, RFC 8410, RFC 9881, RFC
    /// 9935) or, for RSA, an RSAPublicKey (RFC 8017 A.1.1). Only the one DER form is read, and nothing may follow it.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::NotAKey`], [`Error::Size`], [`Error::Exponent`]
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        for curve in Curve::ALL {
            if let Some(point) = der.strip_prefix(curve.spki_prefix()) {
                return Self::from_point(curve, point);
            }
        }
        if let Some((form, bytes)) = fixed::public(der) {
            return Self::of_bytes(form.kind, bytes);
        }
        let (modulus, exponent) = rsa_numbers(der).ok_or(Error::Malformed)?;
        check_rsa(modulus, exponent)?;
        let read = rsa::PublicKey::from_der(der).map_err(|_| Error::NotAKey)?;
        Self::of_rsa(&read).filter(|key| *key.spki == *der || read.as_ref() == der).ok_or(Error::Malformed)
    }

    /// The key of an uncompressed point (SEC 1 section 2.3.3), which is checked to lie on the curve.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::NotAKey`]
    pub fn from_point(curve: Curve, point: &[u8]) -> Result<Self, Error> {
        if point.len() != 1 + 2 * curve.length() || point.first() != Some(&4) {
            return Err(Error::Malformed);
        }
        let given = agreement::UnparsedPublicKey::new(curve.agreement(), point);
        agreement::ParsedPublicKey::try_from(given).map_err(|_| Error::NotAKey)?;
        Ok(Self { kind: Kind::Ec(curve), spki: [curve.spki_prefix(), point].concat().into() })
    }

    /// A key whose DER is bytes behind a fixed start.
    pub(super) fn of_bytes(kind: Kind, bytes: &[u8]) -> Result<Self, Error> {
        let form = fixed::of(kind).filter(|form| form.public == bytes.len()).ok_or(Error::Malformed)?;
        if !fixed::is_key(kind, bytes) {
            return Err(Error::NotAKey);
        }
        Ok(Self { kind, spki: [form.spki, bytes].concat().into() })
    }

    pub(super) fn of_rsa(key: &rsa::PublicKey) -> Option<Self> {
        let bits = RsaParameters::public_modulus_len(key.as_ref()).ok()?;
        let spki = key.as_der().ok()?;
        Some(Self { kind: Kind::Rsa(u16::try_from(bits).ok()?), spki: spki.as_ref().into() })
    }

    /// What it is a key of.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The uncompressed point, `None` for others than the curves of SP 800-186.
    #[must_use]
    pub fn point(&self) -> Option<&[u8]> {
        match self.kind {
            Kind::Ec(curve) => self.spki.strip_prefix(curve.spki_prefix()),
            Kind::Rsa(_) | Kind::Ed25519 | Kind::MlDsa(_) | Kind::MlKem(_) => None,
        }
    }

    /// Modulus and public exponent without leading zeros, `None` for others than RSA.
    #[must_use]
    pub fn rsa_numbers(&self) -> Option<(&[u8], &[u8])> {
        match self.kind {
            Kind::Rsa(_) => rsa_numbers(&self.spki),
            Kind::Ec(_) | Kind::Ed25519 | Kind::MlDsa(_) | Kind::MlKem(_) => None,
        }
    }

    /// The RSAPublicKey in DER, `None` for others than RSA.
    #[must_use]
    pub fn rsa_public_key(&self) -> Option<&[u8]> {
        match self.kind {
            Kind::Rsa(_) => {
                let inside = whole(0x30, &self.spki)?.strip_prefix(RSA_ENCRYPTION)?;
                whole(0x03, inside)?.strip_prefix(&[0])
            }
            Kind::Ec(_) | Kind::Ed25519 | Kind::MlDsa(_) | Kind::MlKem(_) => None,
        }
    }

    /// Bytes of a modulus, `None` for others than RSA.
    #[must_use]
    pub fn modulus_length(&self) -> Option<usize> {
        match self.kind {
            Kind::Rsa(bits) => Some(usize::from(bits).div_ceil(8)),
            Kind::Ec(_) | Kind::Ed25519 | Kind::MlDsa(_) | Kind::MlKem(_) => None,
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?})", self.kind)
    }
}

/// Size and exponent by rules of our own, which say what is wrong; the rest the library checks.
fn check_rsa(modulus: &[u8], exponent: &[u8]) -> Result<(), Error> {
    let leading = modulus.first().map_or(8, |byte| byte.leading_zeros());
    let bits = (modulus.len() * 8).saturating_sub(usize::try_from(leading).unwrap_or(8));
    if !u16::try_from(bits).is_ok_and(|bits| RSA_BITS.contains(&bits)) {
        return Err(Error::Size);
    }
    if exponent.len() > 8 {
        return Err(Error::Exponent);
    }
    let exponent = exponent.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    if exponent.is_multiple_of(2) || !(3..=super::GREATEST_EXPONENT).contains(&exponent) {
        return Err(Error::Exponent);
    }
    if modulus.last().is_none_or(|byte| byte.is_multiple_of(2)) {
        return Err(Error::NotAKey);
    }
    Ok(())
}

/// AlgorithmIdentifier of rsaEncryption with NULL.
const RSA_ENCRYPTION: &[u8] = b"\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00";

/// Modulus and exponent of an RSAPublicKey, alone or in a SubjectPublicKeyInfo.
fn rsa_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = whole(0x30, der)?;
    let key = match inside.strip_prefix(RSA_ENCRYPTION) {
        Some(rest) => whole(0x30, whole(0x03, rest)?.strip_prefix(&[0])?)?,
        None => inside,
    };
    let (modulus, rest) = element(0x02, key)?;
    Some((number(modulus)?, number(whole(0x02, rest)?)?))
}

/// The bytes of a number that is not negative, without the zero that says so.
fn number(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [0, rest @ ..] if rest.first().is_some_and(|byte| *byte >= 0x80) => Some(rest),
        [first, ..] if (1..0x80).contains(first) => Some(bytes),
        _ => None,
    }
}

/// What an element with this tag holds, which is all there is.
pub(super) fn whole(tag: u8, der: &[u8]) -> Option<&[u8]> {
    element(tag, der).filter(|(_, rest)| rest.is_empty()).map(|(inside, _)| inside)
}

/// What the first element holds, and what follows it. Lengths up to 65,535 in their shortest form (X.690 section 10.1).
pub(super) fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = der.strip_prefix(&[tag])?;
    let (length, rest) = match rest {
        [short, rest @ ..] if *short < 0x80 => (usize::from(*short), rest),
        [0x81, length, rest @ ..] if *length >= 0x80 => (usize::from(*length), rest),
        [0x82, high, low, rest @ ..] if *high > 0 => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        _ => return None,
    };
    rest.split_at_checked(length)
}
