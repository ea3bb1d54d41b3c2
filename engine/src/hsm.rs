//! The HSM as a whole: what it is, the state that everybody sees, and the single entrance.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use protocol::command::Request;

use crate::access;
use crate::attest::{Attest, Attestation};
use crate::audit::{self, Log};
use crate::command;
use crate::context::Context;
use crate::outcome::Outcome;
use crate::password::{Done, Work};
use crate::random::Generator;
use crate::seal::SealingKey;
use crate::session::{Channel, Session};
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
    device: SealingKey,
    attest: Box<dyn Attest>,
    log: Arc<dyn Log>,
    state: ArcSwap<State>,
}

impl Hsm {
    /// An HSM in this state; `device` seals what its store keeps, `attest` signs for it, and `log` is where its
    /// audit is read.
    #[must_use]
    pub fn new(facts: Facts, device: SealingKey, attest: Box<dyn Attest>, log: Arc<dyn Log>, state: State) -> Self {
        Self { facts, device, attest, log, state: ArcSwap::from_pointee(state) }
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

    /// Slow work that a request needs, for the caller to do before [`Self::execute`], away from where others wait. What is
    /// not done ahead is done there.
    #[must_use]
    pub fn prepare(&self, state: &State, session: &Session, request: &Request, random: &mut Generator) -> Work {
        let Channel::Application(id) = session.channel() else { return Work::default() };
        let mut work = Work::default();
        if let Some(tenant) = state.tenant(id) {
            command::prepare(request, tenant, random, &mut work);
        }
        work
    }

    /// Whether a request that only reads takes so long that it is better executed where nobody waits beside it.
    #[must_use]
    pub fn is_slow(&self, request: &Request) -> bool {
        command::is_slow(request)
    }

    /// Serves one request: the only way to any handler.
    pub fn execute(
        &self,
        state: &State,
        session: &mut Session,
        request: Request,
        now: Timestamp,
        random: &mut Generator,
    ) -> Outcome {
        let command = request.command();
        let (result, changes, what) = match access::check(command, session, state, now) {
            Ok(standing) => {
                let mut context = Context::new(self, state, standing, session, now, random);
                let result = command::execute(request, &mut context);
                let (changes, what) = context.finish(result.is_ok());
                (result, changes, what)
            }
            Err(error) => (Err(error), Vec::new(), None),
        };
        session.put_done(Done::default());
        let events = audit::events(command, session, state, &changes, what, result.as_ref().err());
        Outcome { result, changes, events }
    }

    pub(crate) fn attest(&self, message: &[u8]) -> Option<Attestation> {
        self.attest.attest(message)
    }

    pub(crate) fn log(&self) -> &dyn Log {
        self.log.as_ref()
    }

    pub(crate) fn device(&self) -> &SealingKey {
        &self.device
    }
}
