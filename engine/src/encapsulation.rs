//! From a secret of ML-KEM to a key under a major key: what ZKEN and ZKDE share.
//!
//! The header is the caller's as far as it decides nothing: version, key version and optional blocks. What the key is to do
//! is that of every key that is agreed on, because a receiver can decapsulate as often as it likes.

use protocol::field::code::{HashCode, KdfCode, KeyTypeCode, MajorKeySelector};
use protocol::field::data::{CheckDigits, Data};
use protocol::field::key::{GivenHeader, WrappedKey};
use protocol::tag::Tag;

use crate::context::Context;
use crate::error::Error;
use crate::exchange;
use crate::hash::Hash;
use crate::held;
use crate::key::agreement::{self, Kdf};
use crate::key::key_block::Header;
use crate::key::{Algorithm, Attributes, KeyMaterial, KeyType, WorkingKey};
use crate::major_key::{MajorKey, MajorKeyKind};

const AK: Tag = Tag::of("AK");
const BO: Tag = Tag::of("BO");
const CT: Tag = Tag::of("CT");
const FS: Tag = Tag::of("FS");
const KM: Tag = Tag::of("KM");
const RG: Tag = Tag::of("RG");

/// What a request says of the key.
pub(crate) struct Ask<'r> {
    pub(crate) header: GivenHeader<'r>,
    pub(crate) major_key: Option<MajorKeySelector>,
    pub(crate) kdf: Option<KdfCode>,
    pub(crate) key_type: Option<KeyTypeCode>,
    pub(crate) hash: Option<HashCode>,
    pub(crate) shared: Option<&'r Data>,
}

/// What is asked for, found to be possible before there is a secret.
pub(crate) struct Wanted<'a, 'r> {
    header: Header,
    major_key: &'a MajorKey,
    derivation: Option<(Kdf, Hash, KeyType)>,
    shared: &'r [u8],
}

/// Reads what is asked for.
pub(crate) fn wanted<'a, 'r>(context: &Context<'a>, ask: &Ask<'r>) -> Result<Wanted<'a, 'r>, Error> {
    let header = held::template(AK, ask.header)?;
    let version = header.version();
    let kind = match (ask.major_key, version.algorithm()) {
        (Some(selector), _) => selector.into(),
        (None, Algorithm::Aes) => MajorKeyKind::Pmk,
        (None, _) => MajorKeyKind::Mfk,
    };
    let major_key = held::suitable(context, FS, kind, version)?;
    let derivation = derivation(ask)?;
    let algorithm = derivation.map_or(Algorithm::Aes, |(_, _, key_type)| key_type.algorithm());
    let Attributes { key_version, .. } = *header.attributes();
    if *header.attributes() != (Attributes { key_version, ..agreement::attributes(algorithm) }) {
        let rule = if algorithm == Algorithm::Aes {
            "an AES key that is agreed on has usage K1, mode B and exportability N"
        } else {
            "a key of the DES family that is agreed on has usage K0, mode B and exportability N"
        };
        return Err(Error::Conflict { tag: AK, rule });
    }
    Ok(Wanted { header, major_key, derivation, shared: ask.shared.map_or(&[], Data::expose) })
}

fn derivation(ask: &Ask<'_>) -> Result<Option<(Kdf, Hash, KeyType)>, Error> {
    let Some(kdf) = ask.kdf else {
        let needless = [(CT, ask.key_type.is_some()), (RG, ask.hash.is_some()), (BO, ask.shared.is_some())];
        if let Some((tag, _)) = needless.into_iter().find(|(_, is_given)| *is_given) {
            return Err(Error::Conflict { tag, rule: "is for a derivation, which KM asks for" });
        }
        return Ok(None);
    };
    let hash = ask.hash.map_or(Hash::Sha256, Hash::from);
    if matches!(hash, Hash::Md5 | Hash::Ripemd160) {
        return Err(Error::Field { tag: RG, rule: "keys are derived with SHA-1, SHA-256, SHA-384 or SHA-512" });
    }
    let kdf = match kdf {
        KdfCode::Sp80056a => Kdf::Concatenation,
        KdfCode::X963 => Kdf::X963,
    };
    Ok(Some((kdf, hash, ask.key_type.map_or(KeyType::Aes256, KeyType::from))))
}

impl Wanted<'_, '_> {
    /// The key of a secret, under the major key, with its check value.
    pub(crate) fn make(
        self,
        context: &mut Context<'_>,
        secret: KeyMaterial,
    ) -> Result<(WrappedKey, CheckDigits), Error> {
        let (tag, material) = match self.derivation {
            None => (AK, secret),
            Some((kdf, hash, key_type)) => (KM, agreement::derive_key(kdf, hash, &secret, self.shared, key_type)),
        };
        let version = self.header.version();
        let key = WorkingKey::new(self.header, material).map_err(|error| Error::Key { tag, error })?;
        exchange::acceptable(context, tag, &key)?;
        let check_value = context.check_digits(key.check_value())?;
        let wrapped = held::as_block(context, FS, self.major_key.kbpk(), version, &key)?;
        Ok((wrapped, check_value))
    }
}
