//! What AWS-LC does not do for RSA, by the `rsa` crate: primes from our generator, PKCS #1 v1.5 signatures over any bytes,
//! PSS with SHA-1. Its arithmetic takes the same time whatever the numbers, and private operations are blinded.

use rand_core::{TryCryptoRng, TryRng};
use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _};
use rsa::{BoxedUint, Pkcs1v15Sign, PrivateKey as RsaPrivateKey, Pss, PublicKey as RsaPublicKey};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::{Error, PrivateKey, PublicKey};
use crate::hash::Hash;
use crate::random::Generator;

/// Pairs of primes after which generating gives up. With 3 as the public exponent three in four will not do, with all others
/// fewer: that none of so many does happens once in ten thousand million times.
const MOST_PAIRS: usize = 80;

/// A generator that has only so many bytes to give: the `rsa` crate looks for primes until they do.
struct Bounded<'a, R> {
    random: &'a mut R,
    left: usize,
}

/// It has given all.
#[derive(Debug, thiserror::Error)]
#[error("no primes were found")]
struct Spent;

impl<R: rand_core::CryptoRng> Bounded<'_, R> {
    fn spend(&mut self, bytes: usize) -> Result<(), Spent> {
        self.left = self.left.checked_sub(bytes).ok_or(Spent)?;
        Ok(())
    }
}

impl<R: rand_core::CryptoRng> TryRng for Bounded<'_, R> {
    type Error = Spent;

    fn try_next_u32(&mut self) -> Result<u32, Spent> {
        self.spend(4)?;
        Ok(self.random.next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Spent> {
        self.spend(8)?;
        Ok(self.random.next_u64())
    }

    fn try_fill_bytes(&mut self, place: &mut [u8]) -> Result<(), Spent> {
        self.spend(place.len())?;
        self.random.fill_bytes(place);
        Ok(())
    }
}

impl<R: rand_core::CryptoRng> TryCryptoRng for Bounded<'_, R> {}

/// A PrivateKeyInfo of a new pair.
pub(super) fn generate(bits: u16, exponent: u64, random: &mut Generator) -> Result<Zeroizing<Vec<u8>>, Error> {
    let exponent = BoxedUint::from(exponent);
    // Two primes of half the bits each, and as much again where the numbers after a random one run out.
    let mut random = Bounded { random: random.as_rng(), left: 2 * MOST_PAIRS * usize::from(bits) / 8 };
    let made = RsaPrivateKey::new_with_exp(&mut random, bits.into(), exponent).map_err(|_| Error::Failed)?;
    made.to_pkcs8_der().map(|der| der.to_bytes()).map_err(|_| Error::Failed)
}

/// Signs by PKCS #1 v1.5 over `encoded`: a DigestInfo, or any bytes.
pub(super) fn sign_pkcs1(key: &PrivateKey, encoded: &[u8], random: &mut Generator) -> Result<Vec<u8>, Error> {
    let scheme = Pkcs1v15Sign::new_unprefixed();
    private(key)?.sign_with_rng(random.as_rng(), scheme, encoded).map_err(|_| Error::Failed)
}

pub(super) fn verify_pkcs1(key: &PublicKey, encoded: &[u8], signature: &[u8]) -> Result<bool, Error> {
    Ok(public(key)?.verify(Pkcs1v15Sign::new_unprefixed(), encoded, signature).is_ok())
}

macro_rules! with_pss {
    ($hash:expr, $pss:ident => $work:expr) => {
        match $hash {
            Hash::Sha1 => {
                let $pss = Pss::<Sha1>::new();
                $work
            }
            Hash::Sha224 => {
                let $pss = Pss::<Sha224>::new();
                $work
            }
            Hash::Sha256 => {
                let $pss = Pss::<Sha256>::new();
                $work
            }
            Hash::Sha384 => {
                let $pss = Pss::<Sha384>::new();
                $work
            }
            Hash::Sha512 => {
                let $pss = Pss::<Sha512>::new();
                $work
            }
            Hash::Md5 | Hash::Ripemd160 => Err(Error::Hash("PSS is served with SHA-1 and SHA-2")),
        }
    };
}

/// Signs by PSS with a salt as long as the digest.
pub(super) fn sign_pss(key: &PrivateKey, hash: Hash, digest: &[u8], random: &mut Generator) -> Result<Vec<u8>, Error> {
    let key = private(key)?;
    with_pss!(hash, pss => key.sign_with_rng(random.as_rng(), pss, digest).map_err(|_| Error::Failed))
}

pub(super) fn verify_pss(key: &PublicKey, hash: Hash, digest: &[u8], signature: &[u8]) -> Result<bool, Error> {
    let key = public(key)?;
    with_pss!(hash, pss => Ok(key.verify(pss, digest, signature).is_ok()))
}

fn private(key: &PrivateKey) -> Result<RsaPrivateKey, Error> {
    RsaPrivateKey::from_pkcs8_der(key.expose().expose()).map_err(|_| Error::Failed)
}

fn public(key: &PublicKey) -> Result<RsaPublicKey, Error> {
    RsaPublicKey::from_public_key_der(key.spki()).map_err(|_| Error::Failed)
}
