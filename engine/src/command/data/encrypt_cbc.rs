//! Encrypts data in CBC mode under a DES-family key.

use protocol::command::data::encrypt_cbc::{Request, Response};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::data;
use crate::error::Error;
use crate::held::{self, Purpose};

const BO: Tag = Tag::of("BO");
const GG: Tag = Tag::of("GG");
const GH: Tag = Tag::of("GH");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let key = held::open(context, GG, &self.key, None, &data::wanted(Purpose::Encrypt))?;
        let cipher = data::des_family(GG, &key)?;
        let mut iv = data::iv(context, GH, self.iv.as_ref(), cipher.block_length())?;
        let mut data = self.data.clone();
        cipher.encrypt_cbc(iv.as_mut(), data.expose_mut()).map_err(|error| data::refused(BO, error))?;
        Ok(Response { data, iv: iv.into() })
    }
}
