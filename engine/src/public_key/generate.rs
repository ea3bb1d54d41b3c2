//! Making key pairs.
//!
//! AWS-LC takes randomness from nobody but itself. Where keys must repeat with their seed, a scalar is drawn from our
//! generator by rejection (FIPS 186-5 A.2.2) and given to the library, and RSA primes are found by the `rsa` crate, which
//! takes a caller's generator; the library then checks that the numbers go together. Every pair signs once before it is
//! given out (FIPS 140-3, pairwise consistency).

use aws_lc_rs::agreement;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::EcdsaKeyPair;
use zeroize::Zeroizing;

use super::{Curve, Error, F4, GREATEST_EXPONENT, Kind, PrivateKey, RSA_SIZES, Scheme, rsa_forms};
use crate::hash::{self, Hash};
use crate::random::{self, Generator};

impl PrivateKey {
    /// Generates a pair. `exponent` is RSA's public exponent, [`F4`] nearly always; curves have none. Equal generators
    /// that repeat give equal pairs.
    ///
    /// # Errors
    /// [`Error::Size`] unless RSA's modulus has 2048, 3072 or 4096 bits; [`Error::Exponent`]
    pub fn generate(kind: Kind, exponent: u64, random: &mut Generator) -> Result<Self, Error> {
        let made = match kind {
            Kind::Rsa(bits) => rsa(bits, exponent, random)?,
            Kind::Ec(curve) => ec(curve, random)?,
        };
        let scheme = match kind {
            Kind::Rsa(_) => Scheme::Pkcs1(Some(Hash::Sha256)),
            Kind::Ec(_) => Scheme::Ecdsa,
        };
        let digest = hash::digest(Hash::Sha256, made.public().spki());
        let signature = made.sign(scheme, digest.as_bytes(), random)?;
        let is_pair = made.public().verify(scheme, digest.as_bytes(), &signature)?;
        if is_pair { Ok(made) } else { Err(Error::Failed) }
    }
}

/// Whether new keys may have this public exponent: a prime from 3 to [`GREATEST_EXPONENT`]. A prime p of a modulus will do
/// unless p - 1 is a multiple of a prime of the exponent, so one of many small primes would have a pair generated again and
/// again: with 3 by itself, four times on average.
#[must_use]
pub fn is_exponent(exponent: u64) -> bool {
    (3..=GREATEST_EXPONENT).contains(&exponent) && is_prime(exponent)
}

/// By Miller and Rabin, for odd numbers from 3. With these bases it is right for all below 3,474,749,660,383 (Jaeschke 1993).
fn is_prime(number: u64) -> bool {
    const BASES: [u64; 6] = [2, 3, 5, 7, 11, 13];
    if number.is_multiple_of(2) {
        return false;
    }
    let times = |one: u64, other: u64| {
        let product = u128::from(one) * u128::from(other) % u128::from(number);
        u64::try_from(product).unwrap_or_default()
    };
    let power = |base: u64, exponent: u64| {
        (0..u64::BITS).rev().fold(1, |made, bit| {
            let squared = times(made, made);
            if exponent >> bit & 1 == 1 { times(squared, base) } else { squared }
        })
    };
    let twos = (number - 1).trailing_zeros();
    BASES.into_iter().filter(|base| base % number != 0).all(|base| {
        let first = power(base, (number - 1) >> twos);
        let mut squares = std::iter::successors(Some(first), |last| Some(times(*last, *last)));
        first == 1 || squares.by_ref().take(usize::try_from(twos).unwrap_or_default()).any(|it| it == number - 1)
    })
}

fn rsa(bits: u16, exponent: u64, random: &mut Generator) -> Result<PrivateKey, Error> {
    if !RSA_SIZES.contains(&bits) {
        return Err(Error::Size);
    }
    if !is_exponent(exponent) {
        return Err(Error::Exponent);
    }
    if exponent == F4 && !random.repeats() {
        let size = match bits {
            2048 => KeySize::Rsa2048,
            3072 => KeySize::Rsa3072,
            _ => KeySize::Rsa4096,
        };
        return PrivateKey::of_rsa(KeyPair::generate(size).map_err(|_| Error::Failed)?);
    }
    PrivateKey::from_pkcs8(&rsa_forms::generate(bits, exponent, random)?)
}

/// A scalar from 1 to the order less 1, each as likely as the others (FIPS 186-5 A.2.2).
fn ec(curve: Curve, random: &mut Generator) -> Result<PrivateKey, Error> {
    let mut scalar = Zeroizing::new([0; 66]);
    let scalar = &mut scalar[..curve.length()];
    let algorithm = curve.agreement();
    let (private, public) = loop {
        random::fill(random, scalar);
        scalar[0] &= curve.first_byte();
        // Zero and what is not below the order are refused: once in 2^32 on P-256, half of all on P-521.
        if let Ok(private) = agreement::PrivateKey::from_private_key(algorithm, scalar) {
            break (scalar, private.compute_public_key().map_err(|_| Error::Failed)?);
        }
    };
    let pair = EcdsaKeyPair::from_private_key_and_public_key(curve.signing(), private, public.as_ref());
    PrivateKey::of_ec(curve, pair.map_err(|_| Error::Failed)?)
}
