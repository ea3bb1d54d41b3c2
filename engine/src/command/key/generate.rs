//! Generates a key under a major key.

use protocol::command::key::generate::{Request, Response};
use protocol::field::code::KeyForm;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::held;
use crate::key::modifier::Modifier;
use crate::key::{self, Algorithm, KeyType, Usage, WorkingKey};
use crate::major_key::MajorKeyKind;

const FS: Tag = Tag::of("FS");
const AK: Tag = Tag::of("AK");
const AS: Tag = Tag::of("AS");
const CT: Tag = Tag::of("CT");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let kind = MajorKeyKind::from(self.major_key);
        let key_type = KeyType::from(self.key_type);
        let key = match &self.header {
            Some(header) => {
                if self.modifier.is_some() {
                    return Err(Error::Conflict { tag: AS, rule: "a key block has a header, not a modifier" });
                }
                let header = held::template(AK, *header)?;
                held::suitable(context, AK, kind, header.version())?;
                agrees(key_type, header.attributes().algorithm)?;
                let material = key::generate(key_type, context.random());
                WorkingKey::new(header, material).map_err(|error| Error::Key { tag: AK, error })?
            }
            None => {
                if kind != MajorKeyKind::Mfk || context.major_key(kind)?.algorithm() != Algorithm::Tdes {
                    return Err(Error::FieldNeeded {
                        tag: AK,
                        rule: "under this major key a key needs a key block header",
                    });
                }
                if key_type.algorithm() == Algorithm::Aes {
                    return Err(Error::Conflict { tag: CT, rule: "a cryptogram holds a DES-family key, 1 to 3" });
                }
                let usage = Modifier::from(self.modifier).usages().first().copied().unwrap_or(Usage::K0);
                let material = key::generate(key_type, context.random());
                WorkingKey::of_cryptogram(usage, material).map_err(|error| Error::Key { tag: CT, error })?
            }
        };
        let check_value = context.check_digits(key.check_value())?;
        if self.header.is_none() {
            let key = held::as_cryptogram(context, FS, &key, Modifier::from(self.modifier))?;
            return Ok(Response { check_value, key, form: Some(KeyForm::Cryptogram) });
        }
        let kbpk = context.major_key(kind)?.kbpk();
        let key = held::as_block(context, FS, kbpk, key.header().version(), &key)?;
        Ok(Response { check_value, key, form: None })
    }
}

/// The header's algorithm is that of the key's type; the key of a keyed hash has the length of an AES one.
fn agrees(key_type: KeyType, algorithm: Algorithm) -> Result<(), Error> {
    let needed = match algorithm {
        Algorithm::Hmac => Algorithm::Aes,
        Algorithm::Aes
        | Algorithm::Des
        | Algorithm::Tdes
        | Algorithm::Rsa
        | Algorithm::Ec
        | Algorithm::Dsa
        | Algorithm::MlDsa
        | Algorithm::MlKem => algorithm,
    };
    if key_type.algorithm() == needed {
        return Ok(());
    }
    Err(Error::Conflict {
        tag: CT,
        rule: "the header's algorithm is another: D is 1; T is 2 or 3; A and H are 4, 5 or 6",
    })
}
