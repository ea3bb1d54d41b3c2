//! Private keys.

use std::fmt;
use std::sync::OnceLock;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::kem::DecapsulationKey;
use aws_lc_rs::rsa::{self, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, PqdsaKeyPair};
use zeroize::ZeroizeOnDrop;

use super::public::{element, whole};
use super::{Curve, Error, Kind, PublicKey, fixed};
use crate::key::KeyMaterial;

/// A key pair, ready to be used. Its bytes are wiped on drop, by us and by the library, and never printed.
pub struct PrivateKey {
    /// PrivateKeyInfo.
    der: KeyMaterial,
    public: PublicKey,
    pub(super) ready: Ready,
    /// RSA's as the library wants it for decrypting, made when it first does: most keys never do.
    decrypting: OnceLock<Option<OaepPrivateDecryptingKey>>,
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
        // What it is a key of is read first, so that a key is parsed, and its numbers checked, once.
        let algorithm = algorithm_of(der).ok_or(Error::Malformed)?;
        if algorithm.starts_with(RSA) {
            return Self::of_rsa(rsa::KeyPair::from_pkcs8(der).map_err(|_| Error::Malformed)?);
        }
        if let Some((form, bytes)) = fixed::private(der) {
            return Self::of_bytes(form.kind, bytes);
        }
        let curve = Curve::ALL.into_iter().find(|curve| algorithm == curve.algorithm_identifier());
        let curve = curve.ok_or(Error::Malformed)?;
        Self::of_ec(curve, EcdsaKeyPair::from_pkcs8(curve.signing(), der).map_err(|_| Error::Malformed)?)
    }

    pub(super) fn of_rsa(pair: rsa::KeyPair) -> Result<Self, Error> {
        let public = PublicKey::of_rsa(pair.public_key()).ok_or(Error::Failed)?;
        // What a PrivateKeyInfo says is checked as what a SubjectPublicKeyInfo says.
        let public = PublicKey::from_der(public.spki())?;
        let der = KeyMaterial::new(pair.as_der().map_err(|_| Error::Failed)?.as_ref());
        Ok(Self { der, public, ready: Ready::Rsa(pair.into()), decrypting: OnceLock::new() })
    }

    pub(super) fn of_ec(curve: Curve, pair: EcdsaKeyPair) -> Result<Self, Error> {
        let public = PublicKey::from_point(curve, pair.public_key().as_ref())?;
        let der = KeyMaterial::new(pair.to_pkcs8v1().map_err(|_| Error::Failed)?.as_ref());
        Ok(Self { der, public, ready: Ready::Ec(curve, pair.into()), decrypting: OnceLock::new() })
    }

    /// As the library wants it for decrypting.
    pub(super) fn decrypting(&self) -> Result<&OaepPrivateDecryptingKey, Error> {
        let make = || {
            let key = PrivateDecryptingKey::from_pkcs8(self.der.expose()).ok()?;
            OaepPrivateDecryptingKey::new(key).ok()
        };
        self.decrypting.get_or_init(make).as_ref().ok_or(Error::Failed)
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
        Ok(Self { der, public, ready, decrypting: OnceLock::new() })
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

/// Object identifier of rsaEncryption, as an AlgorithmIdentifier begins.
const RSA: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01";

/// What the AlgorithmIdentifier of a PrivateKeyInfo holds; nothing may follow the whole.
fn algorithm_of(der: &[u8]) -> Option<&[u8]> {
    let (version, rest) = element(0x02, whole(0x30, der)?)?;
    // 1 in the form of RFC 5958, which may carry the public key.
    if !matches!(version, [0 | 1]) {
        return None;
    }
    element(0x30, rest).map(|(algorithm, _)| algorithm)
}

impl ZeroizeOnDrop for PrivateKey {}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({:?})", self.kind())
    }
}
