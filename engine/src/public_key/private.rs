//! Private keys.

use std::fmt;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{EcdsaKeyPair, KeyPair as _};
use zeroize::ZeroizeOnDrop;

use super::{Curve, Error, Kind, PublicKey};
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
}

impl PrivateKey {
    /// Reads a PrivateKeyInfo (RFC 5208) that holds an RSAPrivateKey of two primes (RFC 8017 A.1.2) or an ECPrivateKey
    /// (RFC 5915) on a named curve, and checks that its numbers go together. Nothing may follow it.
    ///
    /// # Errors
    /// [`Error::Malformed`] and [`Error::Size`]
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, Error> {
        if super::public::whole(0x30, der).is_none() {
            return Err(Error::Malformed);
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
