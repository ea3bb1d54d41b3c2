//! Making key pairs.
//!
//! AWS-LC takes randomness from nobody but itself. Where keys must repeat with their seed, a scalar is drawn from our
//! generator by rejection (FIPS 186-5 A.2.2) and given to the library, and RSA primes are found by the `rsa` crate, which
//! takes a caller's generator; the library then checks that the numbers go together. Seeds of Ed25519 and ML-DSA are drawn
//! from our generator always. The library makes ML-KEM keys from no seed, so that those that must repeat are expanded by the
//! `ml-kem` crate. Every pair signs once, or encapsulates, before it is given out (FIPS 140-3, pairwise consistency).

use aws_lc_rs::agreement;
use aws_lc_rs::kem::DecapsulationKey;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::EcdsaKeyPair;
use zeroize::{Zeroize as _, Zeroizing};

use super::{Curve, Error, F4, GREATEST_EXPONENT, Kind, MlKem, PrivateKey, RSA_SIZES, Scheme, rsa_forms};
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
            Kind::Ed25519 | Kind::MlDsa(_) => of_seed(kind, random)?,
            Kind::MlKem(set) => ml_kem(set, random)?,
        };
        let scheme = match kind {
            Kind::Rsa(_) => Scheme::Pkcs1(Some(Hash::Sha256)),
            Kind::Ec(_) => Scheme::Ecdsa,
            Kind::Ed25519 | Kind::MlDsa(_) => Scheme::Message,
            Kind::MlKem(_) => return encapsulates(made),
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

/// A key that is its seed of 32 bytes.
fn of_seed(kind: Kind, random: &mut Generator) -> Result<PrivateKey, Error> {
    let mut seed = Zeroizing::new([0; 32]);
    random::fill(random, seed.as_mut_slice());
    PrivateKey::of_bytes(kind, seed.as_slice())
}

fn ml_kem(set: MlKem, random: &mut Generator) -> Result<PrivateKey, Error> {
    if random.repeats() {
        return seeded_ml_kem(set, random);
    }
    let made = DecapsulationKey::generate(set.algorithm()).map_err(|_| Error::Failed)?;
    let bytes = made.key_bytes().map_err(|_| Error::Failed)?;
    PrivateKey::of_bytes(Kind::MlKem(set), bytes.as_ref())
}

/// ML-KEM.KeyGen_internal (FIPS 203 algorithm 16) with its two seeds from our generator.
#[expect(deprecated, reason = "the crate advises against expanded keys, and AWS-LC takes nothing else")]
fn seeded_ml_kem(set: MlKem, random: &mut Generator) -> Result<PrivateKey, Error> {
    use ml_kem::ExpandedKeyEncoding as _;
    let mut seed = Zeroizing::new(ml_kem::Seed::default());
    random::fill(random, seed.as_mut_slice());
    macro_rules! expand {
        ($key:ty) => {{
            let mut expanded = <$key>::from_seed(*seed).to_expanded_bytes();
            let key = PrivateKey::of_bytes(Kind::MlKem(set), &expanded);
            expanded.as_mut_slice().zeroize();
            key
        }};
    }
    match set {
        MlKem::Set512 => expand!(ml_kem::DecapsulationKey512),
        MlKem::Set768 => expand!(ml_kem::DecapsulationKey768),
        MlKem::Set1024 => expand!(ml_kem::DecapsulationKey1024),
    }
}

fn encapsulates(made: PrivateKey) -> Result<PrivateKey, Error> {
    let (encapsulated, secret) = made.public().encapsulate()?;
    if made.decapsulate(&encapsulated)? == secret { Ok(made) } else { Err(Error::Failed) }
}
