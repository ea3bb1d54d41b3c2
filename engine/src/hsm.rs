//! The HSM as a whole: what it is, the state that everybody sees, and the single entrance.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use protocol::command::Request;

use crate::access;
use crate::command;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::random::Generator;
use crate::session::Session;
use crate::state::State;

/// A point in time: whole seconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub u64);

/// What does not change while an HSM runs.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Serial number, at most 32 printable characters.
    pub serial: String,
    /// Version of the software.
    pub version: String,
    /// When it started.
    pub started: Timestamp,
    /// Name and address of each listener, for status.
    pub listeners: Vec<(String, String)>,
}

/// One HSM.
#[derive(Debug)]
pub struct Hsm {
    facts: Facts,
    state: ArcSwap<State>,
}

impl Hsm {
    /// An HSM in this state.
    #[must_use]
    pub fn new(facts: Facts, state: State) -> Self {
        Self { facts, state: ArcSwap::from_pointee(state) }
    }

    /// What it is.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The state as it is now; it stays as it is while it is held.
    #[must_use]
    pub fn snapshot(&self) -> Guard<Arc<State>> {
        self.state.load()
    }

    /// Makes `state` the one that everybody sees from now on. Its changes have been stored before.
    pub fn publish(&self, state: State) {
        self.state.store(Arc::new(state));
    }

    /// Serves one request: the only way to any handler.
    ///
    /// # Errors
    /// Why the request is refused; nothing has changed then.
    pub fn execute(
        &self,
        state: &State,
        session: &mut Session,
        request: Request,
        now: Timestamp,
        random: &mut Generator,
    ) -> Result<Outcome, Error> {
        let tenant = access::check(request.command().spec(), session, state)?;
        let mut context = Context::new(&self.facts, state, tenant, session, now, random);
        let response = command::execute(request, &mut context)?;
        let (changes, event) = context.finish();
        Ok(Outcome { response, changes, event })
    }
}
