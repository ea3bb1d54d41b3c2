//! One handler per command, at the path of its contract, and the dispatch that the table makes of them.

use protocol::buffer::Buffer;
use protocol::command::{Call, Command, Decode, Decoded, Request, Response, encode};
use protocol::frame::Message;
use protocol::tag::Tag;

use crate::context::Context;
use crate::error::Error;
use crate::hsm::{Door, Unserved};
use crate::work::Work;

/// What a handler is: a request that can be served.
pub(crate) trait Execute: Call {
    fn execute(&self, context: &mut Context<'_>) -> Result<Self::Response, Error>;

    /// Asks for the slow work that it will need, after all that speaks against the request and is cheap to see.
    fn prepare(&self, _context: &mut Context<'_>, _work: &mut Work) {}

    /// Whether it takes a millisecond or more, or waits for a disk. For commands that only read: those that change something
    /// [prepare](Self::prepare) what is slow.
    fn is_slow(&self) -> bool {
        false
    }
}

/// Serves one request of a command that only reads, and appends its reply.
fn serve<'a, R: Execute + Decode<'a>>(
    message: &Message<'a>,
    door: &mut Door<'_>,
    what: &mut Option<String>,
    out: &mut Buffer,
) -> Result<usize, Unserved> {
    // Requests and responses are hundreds of bytes, so they stay where they were made.
    let decoded = R::decode(message);
    let Decoded { value, ignored } = decoded.as_ref().map_err(|error| *error)?;
    // Whoever may not ask is told so at once, and waits in no line.
    let mut context = door.admit(R::COMMAND)?;
    if value.is_slow() {
        return Err(Unserved::Slow);
    }
    let result = value.execute(&mut context);
    *what = context.noted();
    if context.wants_change(result.is_ok()) {
        return Err(Error::Internal { what: "a command that only reads wants a change" }.into());
    }
    encode(R::COMMAND.spec().name, result.as_ref().map_err(|error| *error)?, message.echo(), out);
    Ok(*ignored)
}

macro_rules! dispatch {
    ($($(#[$doc:meta])* $group:ident { $(
        $name:literal $variant:ident = $action:ident, $needs:expr, $effect:expr, $provenance:expr;
    )* })*) => {
        $(mod $group { $(mod $action;)* })*

        /// Hands the request to its handler.
        pub(crate) fn execute(request: Request<'_>, context: &mut Context<'_>) -> Result<Response, Error> {
            match request {
                $($(Request::$variant(request) => request.execute(context).map(Response::from),)*)*
            }
        }

        /// Hands a frame to the handler of its command, which only reads.
        pub(crate) fn answer(
            command: Command,
            message: &Message<'_>,
            door: &mut Door<'_>,
            what: &mut Option<String>,
            out: &mut Buffer,
        ) -> Result<usize, Unserved> {
            match command {
                $($(Command::$variant => serve::<protocol::command::$group::$action::Asked<'_>>(message, door, what, out),)*)*
            }
        }

        /// Asks the handler for the slow work that the request will need.
        pub(crate) fn prepare(request: &Request<'_>, context: &mut Context<'_>, work: &mut Work) {
            match request {
                $($(Request::$variant(request) => request.prepare(context, work),)*)*
            }
        }
    };
}

protocol::command_table!(dispatch);

/// The command that a field `CO` names.
pub(crate) fn named(name: &str) -> Result<Command, Error> {
    let name = name.as_bytes().try_into().ok();
    name.and_then(Command::parse).ok_or(Error::Field { tag: Tag::of("CO"), rule: "no command has this name" })
}
