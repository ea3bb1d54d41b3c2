//! A key pair with what is known of it: the private key of a key block, or of a place in the asymmetric table.

use protocol::field::code::PairUsage;
use protocol::field::key::KeyBlockText;

use super::derive::Kbpk;
use super::key_block::{self, Header, Padding, Version};
use super::{Attributes, Error, Exportability, KeyMaterial, Mode, Usage};
use crate::hash::{self, Hash};
use crate::public_key::{Kind, PrivateKey};
use crate::random::Generator;

/// A private key with its header. The header's algorithm is the key's.
#[derive(Debug)]
pub struct KeyPair {
    header: Header,
    private: PrivateKey,
}

/// What a private key is to do; decides which usages and modes of use will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairPurpose {
    /// Sign, data or certificates.
    Sign,
    /// Agree on a key with another's public key.
    Agree,
    /// Decrypt keys.
    Unwrap,
    /// Open tokens of TR-34. Never what unwraps keys (`CZW`) or decrypts data (`CZD`), which would open the envelope of a
    /// token as well: it is OAEP without a label, as bare keys and data are. That keeps apart pairs and not envelopes: one that
    /// somebody has sent to the certificate of such another pair is opened by that, so such pairs get none for receivers.
    Receive,
    /// Decrypt data.
    Decrypt,
}

impl PairPurpose {
    /// The usages that will do.
    #[must_use]
    pub const fn usages(self) -> &'static [Usage] {
        match self {
            Self::Sign => &[Usage::S0, Usage::S1, Usage::S2],
            Self::Agree => &[Usage::K3],
            Self::Unwrap => &[Usage::K3],
            Self::Receive => &[Usage::K2],
            Self::Decrypt => &[Usage::D1],
        }
    }

    /// The modes of use that will do, in words.
    #[must_use]
    pub const fn modes(self) -> &'static str {
        match self {
            Self::Sign => "S, T or N",
            Self::Agree => "X or N",
            Self::Unwrap | Self::Receive | Self::Decrypt => "B, D or N",
        }
    }

    /// Whether a key of this mode of use may do it.
    #[must_use]
    pub fn allows(self, mode: Mode) -> bool {
        match self {
            Self::Sign => matches!(mode, Mode::Sign | Mode::SignDecrypt | Mode::Any),
            Self::Agree => matches!(mode, Mode::Derive | Mode::Any),
            Self::Unwrap | Self::Receive | Self::Decrypt => matches!(mode, Mode::Both | Mode::Decrypt | Mode::Any),
        }
    }
}

impl KeyPair {
    /// A private key with its header.
    ///
    /// # Errors
    /// [`Error::Attributes`] unless the header's algorithm is the key's, and usage and mode go with it.
    pub fn new(header: Header, private: PrivateKey) -> Result<Self, Error> {
        if header.attributes().algorithm != private.kind().algorithm() {
            return Err(Error::Attributes("the header names another algorithm than the private key is of"));
        }
        header.attributes().validate()?;
        check(private.kind(), header.attributes())?;
        Ok(Self { header, private })
    }

    /// Whether keys of this kind have this usage.
    ///
    /// # Errors
    /// [`Error::Attributes`]
    pub fn suits(usage: PairUsage, kind: Kind) -> Result<(), Error> {
        attributes(usage, kind).map(|_| ())
    }

    /// The private key of a new pair with the header that its usage gives it: version D, never exportable.
    ///
    /// # Errors
    /// [`Error::Attributes`] where keys of this algorithm have no such usage.
    pub fn of_usage(usage: PairUsage, private: PrivateKey) -> Result<Self, Error> {
        let header = Header::of_attributes(Version::D, attributes(usage, private.kind())?);
        Self::new(header, private)
    }

    /// Opens a key block that holds a private key in a PrivateKeyInfo.
    ///
    /// # Errors
    /// As [`key_block::unwrap`]; [`Error::KeyBlockInvalid`] where a genuine block holds no such key;
    /// [`Error::Attributes`]
    pub fn unwrap(kbpk: &Kbpk, block: &[u8], weaker: bool) -> Result<Self, Error> {
        // Strength is compared when it is known which key it is.
        let (header, material) = key_block::unwrap(kbpk, block, true)?;
        if !header.attributes().algorithm.is_of_pairs() {
            return Err(Error::Attributes("the key block holds no private key: its algorithm is not R, E, 1 or 2"));
        }
        let private = PrivateKey::from_pkcs8(material.expose()).map_err(|_| Error::KeyBlockInvalid)?;
        let pair = Self::new(header, private)?;
        pair.strong_enough(kbpk, weaker)?;
        Ok(pair)
    }

    /// The key block of this key, with its own header; version D where that says E, which is opened and not made.
    ///
    /// # Errors
    /// As [`key_block::wrap`].
    pub fn wrap(&self, kbpk: &Kbpk, weaker: bool, random: &mut Generator) -> Result<KeyBlockText, Error> {
        self.strong_enough(kbpk, weaker)?;
        let (header, material) = (&self.header, self.private.expose());
        let version = if header.version() == Version::E { Version::D } else { header.version() };
        key_block::wrap(kbpk, header, material, version, Padding::Hidden, true, random)
    }

    fn strong_enough(&self, kbpk: &Kbpk, weaker: bool) -> Result<(), Error> {
        let is_enough = weaker || self.private.kind().strength() <= kbpk.strength();
        if is_enough { Ok(()) } else { Err(Error::WeakerWrapping) }
    }

    /// What is known of it.
    #[must_use]
    pub fn attributes(&self) -> &Attributes {
        self.header.attributes()
    }

    /// Its header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The private key.
    #[must_use]
    pub fn private(&self) -> &PrivateKey {
        &self.private
    }

    /// Its PrivateKeyInfo, for sealing.
    #[must_use]
    pub fn material(&self) -> &KeyMaterial {
        self.private.expose()
    }

    /// What its public half may be trusted for: what commands here do with a key of its usage, mode and algorithm. `None`
    /// for a key that came from elsewhere and that none of them uses.
    #[must_use]
    pub fn usage(&self) -> Option<PairUsage> {
        let Attributes { usage, mode, .. } = *self.attributes();
        let (allows, kind) = (|purpose: PairPurpose| purpose.allows(mode), self.private.kind());
        match (usage, kind) {
            (Usage::S0 | Usage::S1 | Usage::S2, _) if mode == Mode::Verify => Some(PairUsage::Verify),
            (Usage::S0 | Usage::S1 | Usage::S2, _) if mode == Mode::Sign => Some(PairUsage::Sign),
            (Usage::S0 | Usage::S1 | Usage::S2, _) => Some(PairUsage::SignVerify),
            (Usage::K3, Kind::Ec(_) | Kind::MlKem(_)) if allows(PairPurpose::Agree) => Some(PairUsage::Agree),
            (Usage::K3, Kind::Rsa(_)) if allows(PairPurpose::Unwrap) => Some(PairUsage::Wrap),
            (Usage::K2, Kind::Rsa(_)) if allows(PairPurpose::Receive) => Some(PairUsage::Token),
            (Usage::D1, Kind::Rsa(_)) if allows(PairPurpose::Decrypt) => Some(PairUsage::Data),
            _ => None,
        }
    }
}

/// The leading 5 bytes of SHA-256 of a SubjectPublicKeyInfo: what recognises a key pair, as there is no rule of X9 for it.
#[must_use]
pub fn fingerprint(spki: &[u8]) -> [u8; 5] {
    hash::digest(Hash::Sha256, spki).as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Whether pairs of this kind, and their public keys, have this usage; says why not.
fn suited(usage: PairUsage, kind: Kind) -> Result<(), &'static str> {
    use PairUsage::{Agree, Data, Sign, SignVerify, Token, Verify, Wrap};
    match (usage, kind) {
        (Agree, Kind::Rsa(_)) => Err("RSA keys do not agree on keys; X needs a curve"),
        (Wrap | Data | Token, Kind::Ec(_)) => Err("keys on curves wrap nothing; W, D and T need RSA"),
        (Agree | Wrap | Data | Token, Kind::Ed25519 | Kind::MlDsa(_)) => {
            Err("Ed25519 and ML-DSA keys sign and verify, S, G or V, and do nothing else")
        }
        (SignVerify | Verify | Sign | Wrap | Data | Token, Kind::MlKem(_)) => {
            Err("ML-KEM keys agree on keys, X, and do nothing else")
        }
        (SignVerify | Verify | Sign, Kind::Rsa(_) | Kind::Ec(_) | Kind::Ed25519 | Kind::MlDsa(_))
        | (Agree, Kind::Ec(_) | Kind::MlKem(_))
        | (Wrap | Data | Token, Kind::Rsa(_)) => Ok(()),
    }
}

/// What a kind's letter does not tell: Ed25519 has the letter of the curves and only signs, ML-KEM is asked for secrets and
/// enciphers nothing.
fn check(kind: Kind, attributes: &Attributes) -> Result<(), Error> {
    let Attributes { usage, mode, .. } = attributes;
    match kind {
        Kind::Ed25519 if !PairPurpose::Sign.usages().contains(usage) => {
            Err(Error::Attributes("this key usage does not go with Ed25519, which signs"))
        }
        Kind::MlKem(_) if !PairPurpose::Agree.allows(*mode) => {
            Err(Error::Attributes("this mode of use does not go with ML-KEM, which agrees on keys"))
        }
        Kind::Rsa(_) | Kind::Ec(_) | Kind::Ed25519 | Kind::MlDsa(_) | Kind::MlKem(_) => Ok(()),
    }
}

/// The attributes that `CZ` gives the private key of a pair (X9.143 table 2). What signs and verifies may do all that its
/// usage allows, what signs only may sign only.
fn attributes(pair_usage: PairUsage, kind: Kind) -> Result<Attributes, Error> {
    let (usage, mode) = match pair_usage {
        PairUsage::SignVerify => (Usage::S0, Mode::Any),
        PairUsage::Verify => (Usage::S0, Mode::Verify),
        PairUsage::Sign => (Usage::S0, Mode::Sign),
        PairUsage::Agree => (Usage::K3, Mode::Derive),
        PairUsage::Wrap => (Usage::K3, Mode::Both),
        PairUsage::Data => (Usage::D1, Mode::Both),
        PairUsage::Token => (Usage::K2, Mode::Decrypt),
    };
    suited(pair_usage, kind).map_err(Error::Attributes)?;
    Ok(Attributes {
        usage,
        algorithm: kind.algorithm(),
        mode,
        key_version: *b"00",
        exportability: Exportability::NonExportable,
        context: b'0',
    })
}
