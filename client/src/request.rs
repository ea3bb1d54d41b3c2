//! One frame on its way out, and what its reply must look like.

use std::sync::atomic::{AtomicU64, Ordering};

use protocol::buffer::Buffer;
use protocol::command::{Call, Command, Effect, encode};
use protocol::frame::{Limits, Message, Strictness};

use crate::error::Error;

/// A frame, kept until it is answered so that it can be asked again.
#[derive(Debug)]
pub(crate) struct Outbound {
    pub(crate) frame: Buffer,
    /// The command's name, where the frame has one.
    pub(crate) command: Option<[u8; 4]>,
    /// The `AG` that must come back; `None` where a malformed frame leaves open what the HSM makes of it.
    pub(crate) echo: Option<Box<[u8]>>,
    /// Whether `echo` was put in by the client and is to be taken out of the reply.
    pub(crate) echo_added: bool,
    /// Whether it may be asked again when its answer was lost.
    pub(crate) repeatable: bool,
}

/// Counts the frames of one client.
#[derive(Debug, Default)]
pub(crate) struct Echoes(AtomicU64);

impl Echoes {
    fn next(&self) -> Box<[u8]> {
        format!("C{}", self.0.fetch_add(1, Ordering::Relaxed)).into_bytes().into()
    }
}

impl Outbound {
    pub(crate) fn typed<C: Call>(request: &C, echoes: &Echoes) -> Self {
        let spec = C::COMMAND.spec();
        let echo = echoes.next();
        let frame = Buffer::filled(|out| encode(spec.name, request, Some(&echo), out));
        Self {
            frame,
            command: spec.name.as_bytes().first_chunk().copied(),
            echo: Some(echo),
            echo_added: true,
            repeatable: spec.effect == Effect::Reads,
        }
    }

    /// A frame as somebody wrote it. Well-formed ones without `AG` get one; others are sent as they are.
    pub(crate) fn raw(frame: &[u8], echoes: &Echoes, most: Limits) -> Result<Self, Error> {
        let frame = frame.trim_ascii();
        // Anything else would bring no reply, or more than one.
        if frame.first() != Some(&b'[') || frame.iter().position(|byte| *byte == b']') != Some(frame.len() - 1) {
            return Err(Error::invalid("not one frame: a frame begins with '[' and ends with its only ']'"));
        }
        let mut spans = Vec::new();
        let limits = Limits { frame_bytes: usize::MAX, fields: usize::MAX };
        let lenient = Message::parse(frame, &mut spans, limits, Strictness::Lenient);
        let (command, own, repeatable, fields) = match lenient {
            Ok(message) => {
                let fields = message.fields().count() + 1;
                let own = message.echo().map(Box::from);
                (Some(message.command()), own, repeatable(message.command()), fields)
            }
            Err(_) => return Ok(Self::as_it_is(frame)),
        };
        let echo = echoes.next();
        let added = echo.len() + 3;
        // What is legal as it was written must stay so.
        let has_room = frame.len() + added <= most.frame_bytes && fields < most.fields;
        if own.is_some() || !frame.ends_with(b";]") || !has_room {
            return Ok(Self { command, echo: own, repeatable, ..Self::as_it_is(frame) });
        }
        let with_echo = Buffer::filled(|out| {
            out.extend_from_slice(&frame[..frame.len() - 1]);
            out.extend_from_slice(b"AG");
            out.extend_from_slice(&echo);
            out.extend_from_slice(b";]");
        });
        Ok(Self { frame: with_echo, command, echo: Some(echo), echo_added: true, repeatable })
    }

    /// Shows that an idle connection still stands. Its `AG` is one that no counted frame has.
    pub(crate) fn keep_alive() -> Self {
        let frame = Self::as_it_is(b"[AOECHO;AGK;]");
        Self { command: Some(*b"ECHO"), echo: Some(Box::from(*b"K")), ..frame }
    }

    fn as_it_is(frame: &[u8]) -> Self {
        Self { frame: frame.into(), command: None, echo: None, echo_added: false, repeatable: false }
    }
}

fn repeatable(name: [u8; 4]) -> bool {
    Command::parse(name).is_some_and(|command| command.spec().effect == Effect::Reads)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(frame: &str) -> Result<(String, bool), Error> {
        let outbound = Outbound::raw(frame.as_bytes(), &Echoes::default(), Limits { frame_bytes: 40, fields: 4 })?;
        Ok((outbound.frame.escape_ascii().to_string(), outbound.repeatable))
    }

    #[test]
    fn an_echo_is_added_where_there_is_none() {
        for (frame, expected, repeatable) in [
            ("[AOECHO;]", "[AOECHO;AGC0;]", true),
            ("[AOECHO;AG7;]", "[AOECHO;AG7;]", true),
            ("[AOGPKD;RC1;]", "[AOGPKD;RC1;AGC0;]", false),
            ("[AOXXXX;]", "[AOXXXX;AGC0;]", false),
            ("[AOECHO;AK0123456789012345678901234567;]", "[AOECHO;AK0123456789012345678901234567;]", true),
            ("[AOXXXX;AA1;AB2;AC3;]", "[AOXXXX;AA1;AB2;AC3;]", false),
            ("[AOECHO;AK1]", "[AOECHO;AK1]", true),
            ("[AOecho;]", "[AOecho;]", false),
        ] {
            assert!(sent(frame).is_ok_and(|sent| sent == (expected.to_owned(), repeatable)), "{frame}");
        }
        for wrong in ["", "[", "]", "AOECHO;", "[AOECHO;][AOECHO;]", "[AOECHO;"] {
            assert!(matches!(sent(wrong), Err(Error::Invalid { .. })), "{wrong}");
        }
    }
}
