//! Generates a working key under the MFK and a KEK.

use protocol::command::key::generate_working::{Request, Response};
use protocol::field::key::{CryptogramBytes, KeyRef};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::exchange;
use crate::held::{self, Purpose};
use crate::key::modifier::Modifier;
use crate::key::{self, KeyType, Usage, WorkingKey};

const FS: Tag = Tag::of("FS");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let modifier = Modifier::from(Some(self.modifier));
        let kek =
            (!is_none(&self.kek)).then(|| exchange::open_kek(context, &self.kek, Purpose::Encrypt)).transpose()?;
        let usage = modifier.usages().first().copied().unwrap_or(Usage::K0);
        let material = key::generate(KeyType::from(self.length), context.random());
        let key = WorkingKey::of_cryptogram(usage, material).map_err(|error| Error::Key { tag: FS, error })?;
        let exchange_key = match kek {
            Some(kek) => Some(exchange::cryptogram_under_kek(context, &kek, Modifier::NONE, &key)?),
            None => None,
        };
        Ok(Response {
            key: held::as_cryptogram(context, FS, &key, modifier)?,
            exchange_key,
            check_value: context.check_digits(key.check_value())?,
            length: self.length,
        })
    }
}

/// A known client sends 32 zeros where it has no KEK.
fn is_none(kek: &KeyRef<'_>) -> bool {
    matches!(kek, KeyRef::Cryptogram(bytes) if CryptogramBytes::new(&[0; 16]).as_ref() == Some(bytes))
}
