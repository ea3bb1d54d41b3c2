//! Wraps a key under an RSA public key.

use protocol::command::wrapping::wrap::{Request, Response};
use protocol::field::code::{PairUsage, RsaKeyForm};
use protocol::field::data::DataPart;
use protocol::field::key::KeyRef;
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::held::{self, Held};
use crate::key::Exportability;
use crate::pairs;
use crate::transport;

const BG: Tag = Tag::of("BG");
const RD: Tag = Tag::of("RD");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let form = self.form.unwrap_or(RsaKeyForm::WithHeader);
        if form == RsaKeyForm::Bare {
            transport::bare_allowed(context)?;
        }
        let public = pairs::trusted(context, RD, &self.public, &[PairUsage::Wrap])?.key;
        let key = match &self.key {
            KeyRef::Slot(slot) => Held::Stored(context.entry(BG, (*slot).into())?),
            KeyRef::KeyBlock(block) => Held::Carried(held::open_block(context, BG, *block, self.major_key)?),
            KeyRef::Cryptogram(_) => {
                return Err(Error::Field {
                    tag: BG,
                    rule: "must be a slot or a key block; a cryptogram says not whether it may leave",
                });
            }
        };
        let given = key.attributes().exportability;
        let may_leave = match form {
            RsaKeyForm::WithHeader => given != Exportability::NonExportable,
            RsaKeyForm::Bare => given == Exportability::Sensitive,
        };
        if !may_leave {
            let form = if form == RsaKeyForm::Bare { "a bare key under RSA" } else { "a key under RSA" };
            return Err(Error::ExportRefused { tag: BG, given: given.letter(), form });
        }
        let padding = pairs::padding(self.padding);
        let refused = |error| Error::PublicKey { tag: RD, error };
        transport::strong_enough(context, RD, public.kind(), &key)?;
        let wrapped = match form {
            RsaKeyForm::WithHeader => {
                let joined = transport::joined(&key).ok_or(Error::Internal { what: "a header's length" })?;
                public.encrypt(transport::labelled(padding), &joined).map_err(refused)?
            }
            RsaKeyForm::Bare => public.encrypt(padding, key.material().expose()).map_err(refused)?,
        };
        let wrapped = DataPart::new(&wrapped).ok_or(Error::Internal { what: "a wrapped key longer than its field" })?;
        Ok(Response { wrapped, check_value: context.check_digits(key.check_value())? })
    }
}
