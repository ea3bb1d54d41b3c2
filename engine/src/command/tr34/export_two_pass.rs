//! Exports a key by TR-34 in two passes.

use protocol::command::tr34::export_two_pass::{Request, Response};
use protocol::field::data::TokenBytes;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::tokens::{self, Export};
use crate::tr34::Freshness;

impl Execute for Request<'_> {
    /// It verifies, opens and signs with RSA: a millisecond and more.
    fn is_slow(&self) -> bool {
        true
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let ask = Export {
            form: self.form,
            major_key: self.major_key,
            cipher: self.cipher,
            sender: self.sender.bytes(),
            private_key: &self.private_key,
            receiver: self.receiver.bytes(),
            receiver_ca: &self.receiver_ca,
            key: &self.key,
            key_major_key: self.key_major_key,
            header: self.header,
            freshness: Freshness::Nonce(self.nonce.bytes()),
            crl: None,
        };
        let token = tokens::export(context, &ask)?;
        Ok(Response { token: TokenBytes::new(&token) })
    }
}
