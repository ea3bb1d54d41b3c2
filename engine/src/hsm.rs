//! The HSM as a whole: what it is, the state that everybody sees, and the single entrance.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use protocol::buffer::Buffer;
use protocol::command::{Command, Request};
use protocol::frame::Message;

use crate::access;
use crate::attest::{Attest, Attestation};
use crate::audit::{self, Event, Log};
use crate::command;
use crate::context::Context;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::random::Generator;
use crate::seal::SealingKey;
use crate::session::Session;
use crate::state::State;
use crate::work::{Done, Work};

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

/// The result of [`Hsm::answer`].
#[derive(Debug)]
pub struct Answer {
    /// How many fields the command does not know, or why there is no reply.
    pub result: Result<usize, Unserved>,
    /// What the audit records.
    pub events: Vec<Event>,
}

/// Why a frame was not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unserved {
    /// Its fields.
    #[error("{0}")]
    Wire(#[from] protocol::Error),
    /// What it asks.
    #[error("{0}")]
    Engine(#[from] Error),
    /// It is slow, and better executed where nobody waits beside it.
    #[error("slow")]
    Slow,
}

/// What stands before every handler.
pub(crate) struct Door<'a> {
    hsm: &'a Hsm,
    state: &'a State,
    session: &'a mut Session,
    now: Timestamp,
    random: &'a mut Generator,
}

impl Door<'_> {
    /// The context of a command, if the session may call it.
    pub(crate) fn admit(&mut self, command: Command) -> Result<Context<'_>, Error> {
        let standing = access::check(command, self.session, self.state, self.now)?;
        Ok(Context::new(self.hsm, self.state, standing, self.session, self.now, self.random))
    }
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

    /// Slow work that a request needs, for the caller to do before [`Self::execute`], away from where others wait. There is
    /// none for whoever may not ask: the refusal is [`Self::execute`]'s. What turns out there to be needed and was not done
    /// is not done there either; that refuses the request with [`Error::Unprepared`].
    #[must_use]
    pub fn prepare(
        &self,
        state: &State,
        session: &mut Session,
        request: &Request<'_>,
        now: Timestamp,
        random: &mut Generator,
    ) -> Work {
        let mut work = Work::default();
        let mut door = Door { hsm: self, state, session, now, random };
        if let Ok(mut context) = door.admit(request.command()) {
            command::prepare(request, &mut context, &mut work);
        }
        work
    }

    /// Serves one request, of any command: with [`Self::answer`] the only way to any handler.
    pub fn execute(
        &self,
        state: &State,
        session: &mut Session,
        request: Request<'_>,
        now: Timestamp,
        random: &mut Generator,
    ) -> Outcome {
        let command = request.command();
        session.begin(command, now);
        let mut door = Door { hsm: self, state, session, now, random };
        let (result, changes, what) = match door.admit(command) {
            Ok(mut context) => {
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

    /// Serves one request of a command that only reads, from the frame to the frame: the reply is appended to `out` as it is
    /// made, and nothing is where the request is refused. Nearly all traffic comes this way, so no request and no response
    /// is moved about.
    pub fn answer(
        &self,
        state: &State,
        session: &mut Session,
        message: &Message<'_>,
        now: Timestamp,
        random: &mut Generator,
        out: &mut Buffer,
    ) -> Answer {
        let name = message.command();
        let Some(command) = Command::parse(name) else {
            return Answer { result: Err(protocol::Error::CommandUnknown { name }.into()), events: Vec::new() };
        };
        session.begin(command, now);
        let mut what = None;
        let mut door = Door { hsm: self, state, session, now, random };
        let result = command::answer(command, message, &mut door, &mut what, out);
        let error = match &result {
            Ok(_) if what.is_none() => return Answer { result, events: Vec::new() },
            Ok(_) | Err(Unserved::Wire(_) | Unserved::Slow) => None,
            Err(Unserved::Engine(error)) => Some(error),
        };
        let events = audit::events(command, session, state, &[], what, error);
        Answer { result, events }
    }

    pub(crate) fn attest(&self, message: &[u8]) -> Option<Attestation> {
        self.attest.attest(message)
    }

    pub(crate) fn can_show_expired(&self) -> bool {
        self.attest.can_show_expired()
    }

    pub(crate) fn log(&self) -> &dyn Log {
        self.log.as_ref()
    }

    pub(crate) fn device(&self) -> &SealingKey {
        &self.device
    }
}
