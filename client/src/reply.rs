//! What came back: whose answer it is, and whether it is a refusal.

use std::sync::Arc;

use protocol::ErrorCode;
use protocol::command::{Call, Decode as _};
use protocol::frame::{Limits, Message, Strictness};

use crate::error::Error;
use crate::request::Outbound;

/// The refusal that `frame` carries; `None` for any other frame. Numbers of other makes are kept as they are.
#[must_use]
pub fn refusal(frame: &str) -> Option<Error> {
    with_message(frame.as_bytes(), |message| message.and_then(refused))
}

/// The refusal that a frame carries, once it is read.
#[must_use]
pub fn refused(message: &Message<'_>) -> Option<Error> {
    if message.command() != *b"ERRO" {
        return None;
    }
    let (mut number, mut detail, mut text) = (0, 0, String::new());
    for (tag, value) in message.fields() {
        let value = String::from_utf8_lossy(value);
        match &tag.bytes() {
            b"AM" => number = value.trim().parse().unwrap_or(0),
            b"AN" => detail = value.trim().parse().unwrap_or(0),
            b"BB" => text = value.into_owned(),
            _ => {}
        }
    }
    let code = u16::try_from(number).ok().and_then(ErrorCode::from_number);
    Some(Error::Refused { number, code, detail, text })
}

/// Whether a frame answers `outbound`; the error says why not.
pub(crate) fn check(message: &Message<'_>, outbound: &Outbound) -> Result<(), String> {
    let is_refusal = message.command() == *b"ERRO";
    if let Some(expected) = &outbound.echo
        && message.echo() != Some(expected)
    {
        // A stream that the HSM has given up answers without AG, because it no longer knows whose turn it is.
        if is_refusal && message.echo().is_none() {
            return Ok(());
        }
        return Err("the reply's AG is not the one that was sent: replies and requests are out of step".to_owned());
    }
    match outbound.command {
        Some(command) if command != message.command() && !is_refusal => {
            Err(format!("{} was asked and {} answered", command.escape_ascii(), message.command().escape_ascii()))
        }
        Some(_) | None => Ok(()),
    }
}

/// The typed answer that `frame` carries.
pub(crate) fn decode<C: Call>(frame: &[u8], address: &Arc<str>) -> Result<C::Response, Error> {
    with_message(frame, |message| {
        let message = message.ok_or_else(|| Error::protocol(address, "the reply is not a frame"))?;
        if let Some(refusal) = refused(message) {
            return Err(refusal);
        }
        let name = C::COMMAND.spec().name;
        C::Response::decode(message)
            .map(|decoded| decoded.value)
            .map_err(|error| Error::protocol(address, format!("the reply to {name} cannot be read: {error}")))
    })
}

fn with_message<T>(frame: &[u8], use_it: impl FnOnce(Option<&Message<'_>>) -> T) -> T {
    let mut spans = Vec::new();
    let limits = Limits { frame_bytes: usize::MAX, fields: usize::MAX };
    use_it(Message::parse(frame, &mut spans, limits, Strictness::Lenient).ok().as_ref())
}
