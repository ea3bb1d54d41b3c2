//! Unwraps a key with an RSA private key.

use protocol::command::wrapping::unwrap::{Request, Response};
use protocol::field::code::RsaKeyForm;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::exchange;
use crate::held;
use crate::key::{Algorithm, PairPurpose, WorkingKey};
use crate::major_key::MajorKeyKind;
use crate::pairs;
use crate::public_key;
use crate::transport;

const AK: Tag = Tag::of("AK");
const BH: Tag = Tag::of("BH");
const FS: Tag = Tag::of("FS");
const RC: Tag = Tag::of("RC");

impl Execute for Request<'_> {
    fn is_slow(&self) -> bool {
        true
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let form = self.form.unwrap_or(RsaKeyForm::WithHeader);
        if form == RsaKeyForm::Bare {
            transport::bare_allowed(context)?;
            if self.header.is_none() {
                return Err(Error::FieldNeeded { tag: AK, rule: "a bare key has no header of its own" });
            }
        }
        let wanted = self.header.map(|header| held::template(AK, header)).transpose()?;
        let kind = match (self.major_key, wanted.as_ref().map(|wanted| wanted.version().algorithm())) {
            (Some(selector), _) => selector.into(),
            (None, Some(Algorithm::Aes) | None) => MajorKeyKind::Pmk,
            (None, Some(_)) => MajorKeyKind::Mfk,
        };
        let major_key = match &wanted {
            Some(wanted) => held::suitable(context, FS, kind, wanted.version())?,
            None => context.major_key(kind)?,
        };
        let pair = pairs::open(context, RC, &self.pair, PairPurpose::Unwrap)?;
        // A length that is none of the header's algorithm, and no header, are more ways to be wrong.
        let wrong = Error::PublicKey { tag: BH, error: public_key::Error::DoesNotDecrypt };
        let padding = pairs::padding(self.padding);
        let decrypt = |padding| {
            let clear = pair.private().decrypt(padding, self.wrapped.expose());
            clear.map_err(|error| Error::PublicKey { tag: BH, error })
        };
        let (key, version) = match (form, wanted) {
            (RsaKeyForm::Bare, Some(header)) => {
                let version = header.version();
                (WorkingKey::new(header, decrypt(padding)?).map_err(|_| wrong)?, version)
            }
            (RsaKeyForm::WithHeader | RsaKeyForm::Bare, wanted) => {
                let key = transport::split(&decrypt(transport::labelled(padding))?).ok_or(wrong)?;
                match wanted {
                    Some(wanted) => (transport::narrowed(key, &wanted)?, wanted.version()),
                    None => {
                        let version = exchange::major_key_version(major_key.algorithm(), &key);
                        (key, version)
                    }
                }
            }
        };
        exchange::acceptable(context, BH, &key)?;
        transport::strong_enough(context, RC, pair.private().kind(), &key)?;
        let check_value = context.check_digits(key.check_value())?;
        let key = held::as_block(context, FS, major_key.kbpk(), version, &key)?;
        Ok(Response { key, check_value })
    }
}
