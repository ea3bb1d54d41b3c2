//! Makes a token for the session.

use protocol::command::login::token::{Request, Response};
use protocol::field::data::Token;
use protocol::field::number::Number;
use zeroize::Zeroizing;

use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::random;

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let login = context.login()?;
        let left = login.left(context.now()).ok_or(Error::LoginEnded)?;
        let mut token = Zeroizing::new([0; 32]);
        random::fill(context.random(), token.as_mut_slice());
        login.put_token(&token);
        context.note("a token for the session".to_owned());
        let seconds = Number::new(left).ok_or(Error::Internal { what: "a session that lasts too long" })?;
        Ok(Response { token: Token::new(&token), seconds })
    }
}
