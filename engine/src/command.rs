//! One handler per command, at the path of its contract, and the dispatch that the table makes of them.

use protocol::command::{Call, Request, Response};

use crate::context::Context;
use crate::error::Error;
use crate::password::Work;
use crate::random::Generator;
use crate::tenant::Tenant;

/// What a handler is: a request that can be served.
pub(crate) trait Execute: Call {
    fn execute(self, context: &mut Context<'_>) -> Result<Self::Response, Error>;

    /// Asks for the slow work that it will need.
    fn prepare(&self, _tenant: &Tenant, _random: &mut Generator, _work: &mut Work) {}

    /// Whether it takes a millisecond or more, or waits for a disk. For commands that only read: those that change something
    /// [prepare](Self::prepare) what is slow.
    fn is_slow(&self) -> bool {
        false
    }
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

        /// Asks the handler for the slow work that the request will need.
        pub(crate) fn prepare(request: &Request, tenant: &Tenant, random: &mut Generator, work: &mut Work) {
            match request {
                $($(Request::$variant(request) => request.prepare(tenant, random, work),)*)*
            }
        }

        /// Whether others would wait for the request where it is executed beside them.
        pub(crate) fn is_slow(request: &Request) -> bool {
            match request {
                $($(Request::$variant(request) => request.is_slow(),)*)*
            }
        }
    };
}

protocol::command_table!(dispatch);
