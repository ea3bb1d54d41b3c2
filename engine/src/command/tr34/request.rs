//! Begins the import of a key by TR-34.

use protocol::command::tr34::request::{Request, Response};
use protocol::field::certificate::Nonce;
use protocol::field::code::TokenPasses;
use protocol::field::data::TokenBytes;
use protocol::tag::Tag;

use crate::certificate::{self, Certificate};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::random;
use crate::tr34::{self, Credential};

const RV: Tag = Tag::of("RV");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let of_receiver = |error| Error::Certificate { tag: RV, error };
        let chain = Certificate::parse_all(self.receiver.bytes()).map_err(of_receiver)?;
        chain.iter().try_for_each(|certificate| certificate.valid_at(context.now())).map_err(of_receiver)?;
        // The receiver of the token finds the order of the chain by these names.
        if chain.windows(2).any(|pair| matches!(pair, [one, next] if one.issuer() != next.subject())) {
            return Err(of_receiver(certificate::Error::Issuer));
        }
        let credential = TokenBytes::new(&Credential::write(&chain, None));
        match self.passes {
            TokenPasses::Two => {}
            TokenPasses::One | TokenPasses::OneAes => {
                return Ok(Response { credential, nonce: None, nonce_token: None });
            }
        }
        let mut nonce = [0; 8];
        random::fill(context.random(), &mut nonce);
        let token = tr34::nonce_token(&nonce).map_err(|error| Error::Token { tag: RV, error })?;
        Ok(Response { credential, nonce: Nonce::new(&nonce), nonce_token: Some(TokenBytes::new(&token)) })
    }
}
