//! Encrypts data block by block.

use protocol::command::data::encrypt_ecb::{Request, Response};
use protocol::tag::Tag;

use crate::command::Execute;
use crate::context::Context;
use crate::data;
use crate::error::Error;
use crate::held::{self, Purpose};

const AI: Tag = Tag::of("AI");
const AK: Tag = Tag::of("AK");

impl Execute for Request<'_> {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let key = held::open(context, AI, &self.key, None, &data::wanted(Purpose::Encrypt))?;
        let cipher = data::cipher(AI, &key)?;
        let mut data = self.data.clone();
        cipher.encrypt_ecb(data.expose_mut()).map_err(|error| data::refused(AK, error))?;
        Ok(Response { data })
    }
}
