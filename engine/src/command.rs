//! One handler per command, at the path of its contract, and the dispatch that the table makes of them.

use protocol::command::{Call, Request, Response};

use crate::context::Context;
use crate::error::Error;

/// What a handler is: a request that can be served.
pub(crate) trait Execute: Call {
    fn execute(self, context: &mut Context<'_>) -> Result<Self::Response, Error>;
}

macro_rules! dispatch {
    ($($(#[$doc:meta])* $group:ident { $(
        $name:literal $variant:ident = $action:ident, $needs:expr, $effect:expr, $provenance:expr;
    )* })*) => {
        $(mod $group { $(mod $action;)* })*

        /// Hands the request to its handler.
        pub(crate) fn execute(request: Request, context: &mut Context<'_>) -> Result<Response, Error> {
            match request {
                $($(Request::$variant(request) => request.execute(context).map(Response::from),)*)*
            }
        }
    };
}

protocol::command_table!(dispatch);
