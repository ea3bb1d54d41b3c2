//! Private keys.

use std::fmt;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::kem::DecapsulationKey;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, PqdsaKeyPair};
use zeroize::ZeroizeOnDrop;

use super::{Curve, Error, Kind, PublicKey, fixed};
use crate::key::KeyMaterial;

/// A key pair, ready to be used. Its bytes are wiped on drop, by us and by the library, and never printed.
pub struct PrivateKey {
    /// PrivateKeyInfo.
    der: KeyMaterial,
    public: PublicKey,
    pub(super) ready: Ready,
}

/// As the library wants it. What it holds is wiped when it is freed.
pub(super) enum Ready {
    Rsa(Box<rsa::KeyPair>),
    Ec(Curve, Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
    MlDsa(Box<PqdsaKeyPair>),
    MlKem(Box<DecapsulationKey>),
}

impl PrivateKey {
    /// Reads a PrivateKeyInfo (RFC 5208) that holds an RSAPrivateKey of two primes (RFC 8017 A.1.2), an ECPrivateKey
    /// (RFC 5915) on a named curve, a seed of Ed25519 (RFC 8410) or ML-DSA (RFC 9881), or an expanded key of ML-KEM (RFC
    /// 9935), and checks that its numbers go together. Nothing may follow it.
    ///
    /// # Errors
    /// [`Error::Malformed`] and [`Error::Size`]
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, Error> {
        if super::public::whole(0x30, der).is_none() {
            return Err(Error::Malformed);
        }
        if let Some((form, bytes)) = fixed::private(der) {
            return Self::of_bytes(form.kind, bytes);
        }
        for curve in Curve::ALL {
            if let Ok(pair) = EcdsaKeyPair::from_pkcs8(curve.signing(), der) {
                return Self::of_ec(curve, pair);
            }
        }
        Self::of_rsa(rsa::KeyPair::from_pkcs8(der).map_err(|_| Error::Malformed)?)
    }

    pub(super) fn of_rsa(pair: rsa::KeyPair) -> Result<Self, Error> {
        let public = PublicKey::of_rsa(pair.public_key()).ok_or(Error::Failed)?;
        // What a PrivateKeyInfo says is checked as what a SubjectPublicKeyInfo says.
        let public = PublicKey::from_der(public.spki())?;
        let der = KeyMaterial::new(pair.as_der().map_err(|_| Error::Failed)?.as_ref());
        Ok(Self { der, public, ready: Ready::Rsa(pair.into()) })
    }

    pub(super) fn of_ec(curve: Curve, pair: EcdsaKeyPair) -> Result<Self, Error> {
        let public = PublicKey::from_point(curve, pair.public_key().as_ref())?;
        let der = KeyMaterial::new(pair.to_pkcs8v1().map_err(|_| Error::Failed)?.as_ref());
        Ok(Self { der, public, ready: Ready::Ec(curve, pair.into()) })
    }

    /// A key whose DER is bytes behind a fixed start.
    pub(super) fn of_bytes(kind: Kind, bytes: &[u8]) -> Result<Self, Error> {
        let form = fixed::of(kind).filter(|form| form.private == bytes.len()).ok_or(Error::Malformed)?;
        let (ready, public) = match kind {
            Kind::Ed25519 => {
                let pair = Ed25519KeyPair::from_seed_unchecked(bytes).map_err(|_| Error::Failed)?;
                let public = PublicKey::of_bytes(kind, pair.public_key().as_ref())?;
                (Ready::Ed25519(pair.into()), public)
            }
            Kind::MlDsa(set) => {
                let pair = PqdsaKeyPair::from_seed(set.signing(), bytes).map_err(|_| Error::Failed)?;
                let public = PublicKey::of_bytes(kind, pair.public_key().as_ref())?;
                (Ready::MlDsa(pair.into()), public)
            }
            Kind::MlKem(set) => {
                let public = fixed::encapsulation_key(set, bytes).ok_or(Error::NotAKey)?;
                let public = PublicKey::of_bytes(kind, public)?;
                let key = DecapsulationKey::new(set.algorithm(), bytes).map_err(|_| Error::Failed)?;
                (Ready::MlKem(key.into()), public)
            }
            Kind::Rsa(_) | Kind::Ec(_) => return Err(Error::Malformed),
        };
        let der = KeyMaterial::with_length(form.pkcs8.len() + bytes.len(), |place| {
            let (start, rest) = place.split_at_mut(form.pkcs8.len());
            start.copy_from_slice(form.pkcs8);
            rest.copy_from_slice(bytes);
        });
        Ok(Self { der, public, ready })
    }

    /// What it is a key of.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.public.kind()
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Its PrivateKeyInfo in DER, in clear: for wrapping and sealing only.
    #[must_use]
    pub fn expose(&self) -> &KeyMaterial {
        &self.der
    }
}

impl ZeroizeOnDrop for PrivateKey {}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({:?})", self.kind())
    }
}
