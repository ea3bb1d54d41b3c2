//! Agrees on a key exchange key by ECDH.

use protocol::command::signature::agree::{Request, Response};
use protocol::field::code::{KdfCode, MajorKeySelector, PairUsage};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::hash::Hash;
use crate::held;
use crate::key::agreement::{self, Kdf};
use crate::key::key_block::{Header, Version};
use crate::key::modifier::Modifier;
use crate::key::{Algorithm, KeyType, PairPurpose, Usage, WorkingKey};
use crate::major_key::MajorKeyKind;
use crate::pairs;

const AS: Tag = Tag::of("AS");
const CT: Tag = Tag::of("CT");
const FS: Tag = Tag::of("FS");
const RC: Tag = Tag::of("RC");
const RD: Tag = Tag::of("RD");
const RG: Tag = Tag::of("RG");

impl Execute for Request {
    fn is_slow(&self) -> bool {
        pairs::is_parsed(&self.pair)
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let kind = MajorKeyKind::from(self.major_key.unwrap_or(MajorKeySelector::Pmk));
        let key_type = KeyType::from(self.key_type);
        let hash = Hash::from(self.hash);
        if matches!(hash, Hash::Md5 | Hash::Ripemd160) {
            return Err(Error::Field { tag: RG, rule: "keys are derived with SHA-1, SHA-256, SHA-384 or SHA-512" });
        }
        let pair = pairs::open(context, RC, &self.pair, PairPurpose::Agree)?;
        let other = pairs::trusted(context, RD, &self.public, &[PairUsage::Agree])?;
        let secret = pair.private().agree(&other.key).map_err(|error| Error::PublicKey { tag: RD, error })?;
        let kdf = match self.kdf {
            KdfCode::Sp80056a => Kdf::Concatenation,
            KdfCode::X963 => Kdf::X963,
        };
        let shared = self.shared.as_ref().map_or(&[][..], |shared| shared.expose());
        let material = agreement::derive_key(kdf, hash, &secret, shared, key_type);
        let modifier = Modifier::from(self.modifier);
        let rejected = |error| Error::Key { tag: CT, error };
        let (key, wrapped) = match (kind, key_type.algorithm()) {
            (MajorKeyKind::Pmk, algorithm) => {
                if modifier != Modifier::KEK {
                    return Err(Error::Conflict {
                        tag: AS,
                        rule: "a key block has a header, not a modifier; leave it 0",
                    });
                }
                let header = Header::of_attributes(Version::D, agreement::attributes(algorithm));
                let key = WorkingKey::new(header, material).map_err(rejected)?;
                let pmk = held::suitable(context, FS, kind, Version::D)?;
                let wrapped = held::as_block(context, FS, pmk.kbpk(), Version::D, &key)?;
                (key, wrapped)
            }
            (MajorKeyKind::Mfk, Algorithm::Des | Algorithm::Tdes) => {
                let usage = modifier.usages().first().copied().unwrap_or(Usage::K0);
                let key = WorkingKey::of_cryptogram(usage, material).map_err(rejected)?;
                let wrapped = held::as_cryptogram(context, FS, &key, modifier)?;
                (key, wrapped)
            }
            (MajorKeyKind::Mfk, _) => {
                return Err(Error::Conflict { tag: CT, rule: "a cryptogram holds a DES-family key, 1 to 3" });
            }
            _ => return Err(Error::Conflict { tag: FS, rule: "the result is under the PMK, 6, or the MFK, 1" }),
        };
        let check_value = context.check_digits(key.check_value())?;
        Ok(Response { key: wrapped, check_value })
    }
}
