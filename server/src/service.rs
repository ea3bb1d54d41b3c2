//! What every connection shares: the HSM, the committer, the bounds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use engine::behaviour::Behaviour;
use engine::hsm;
use engine::random::Generator;
use engine::{Channel, Hsm, Origin, Outcome, Session, State, Timestamp};
use protocol::ErrorCode;
use protocol::buffer::Buffer;
use protocol::command::{Command, Decoded, Request, Response};
use protocol::error::Error as WireError;
use protocol::frame::{Kept, Message};

use crate::committer::Committer;
use crate::config::Limits;
use crate::emulation::{Emulation, Spoil, Verdict};
use crate::metrics::Metrics;
use crate::ready_pairs::ReadyPairs;
use crate::seed::Randomness;
use crate::slow::Slow;

/// One HSM as its connections see it.
#[derive(Debug)]
pub struct Service {
    /// The engine with its state.
    pub hsm: Arc<Hsm>,
    /// Takes what changes something.
    pub committer: Committer,
    /// Turns of slow work, which has threads of its own.
    pub slow: Slow,
    /// RSA key pairs that wait for somebody to ask.
    pub ready_pairs: ReadyPairs,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Pace and faults.
    pub emulation: Emulation,
    /// Bounds and timeouts.
    pub limits: Limits,
    /// Where connections draw their randomness from.
    pub randomness: Randomness,
    /// Connections that have asked something, each with a generator of its own.
    pub connections: AtomicU64,
}

/// The two things that a request may change while it is executed. They travel to the committer and back.
#[derive(Debug)]
pub struct Party {
    /// Who is at the other end.
    pub session: Session,
    /// The connection's own randomness.
    pub random: Generator,
}

/// Why a request was not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The engine refuses.
    #[error("{0}")]
    Engine(#[from] engine::Error),
    /// A fault of this software; the session ends.
    #[error("a fault of this software; please report it")]
    Fault,
    /// What it answers does not fit a frame.
    #[error("the reply would be longer than a frame may be; ask for less, or send less data")]
    ReplyTooLong,
    /// The store does not take changes.
    #[error("the store did not take the change, nothing was changed")]
    Unavailable,
    /// It was asked for, or the licence is used up.
    #[error("{}", meaning(*.0))]
    Emulated(ErrorCode),
    /// More changes are waiting than may wait.
    #[error("too many changes are waiting, try again")]
    Busy,
    /// More slow work of the tenant is waiting than may wait.
    #[error("too much slow work of this tenant is waiting, try again")]
    Crowded,
}

/// Why a frame has no reply of its command's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unserved {
    /// Its fields.
    Frame(WireError),
    /// What it asks.
    Request(Refusal),
    /// It takes too long for here.
    Later,
}

impl From<Refusal> for Unserved {
    fn from(refusal: Refusal) -> Self {
        Self::Request(refusal)
    }
}

impl From<hsm::Unserved> for Unserved {
    fn from(unserved: hsm::Unserved) -> Self {
        match unserved {
            hsm::Unserved::Wire(error) => Self::Frame(error),
            hsm::Unserved::Engine(error) => Self::Request(error.into()),
            hsm::Unserved::Slow => Self::Later,
        }
    }
}

impl Unserved {
    /// The number that stands for it on the wire.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Frame(error) => error.code(),
            Self::Request(refusal) => refusal.code(),
            Self::Later => ErrorCode::Internal,
        }
    }
}

impl Refusal {
    /// The number that stands for it on the wire.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Engine(error) => error.code(),
            Self::Fault => ErrorCode::Internal,
            Self::Emulated(code) => *code,
            Self::ReplyTooLong => ErrorCode::ReplyTooLong,
            Self::Unavailable => ErrorCode::StoreUnavailable,
            Self::Busy | Self::Crowded => ErrorCode::Busy,
        }
    }
}

impl Service {
    /// The party of a connection that asks for the first time; a seed gives equal parties in this order.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn party(&self, channel: Channel, origin: &Origin) -> Result<Box<Party>, getrandom::Error> {
        let number = self.connections.fetch_add(1, Ordering::Relaxed);
        let random = self.randomness.connection(number)?;
        Ok(Box::new(Party { session: Session::new(channel, origin.clone()), random }))
    }
}

impl Service {
    /// How long a command is to wait, and then: what to spoil of its answer, or an error to refuse it with, or else that the
    /// connection is to be closed. Administration is always served.
    pub fn judge(
        &self,
        behaviour: &Behaviour,
        channel: Channel,
        command: Command,
    ) -> (Duration, Result<Option<Spoil>, Option<ErrorCode>>) {
        let Channel::Application(id) = channel else { return (Duration::ZERO, Ok(None)) };
        let state = self.hsm.snapshot();
        let Some(tenant) = state.tenant(id) else { return (Duration::ZERO, Ok(None)) };
        match self.emulation.judge(behaviour, tenant.name(), command, now()) {
            Verdict::Serve(wait, spoil) => (wait, Ok(spoil)),
            Verdict::Refuse(wait, code) => (wait, Err(Some(code))),
            Verdict::Close(wait) => (wait, Err(None)),
        }
    }

    /// Answers a frame whose command only reads. Where a fault of this software is why it is not served, `out` may hold a part
    /// of a reply; where what was done cannot be recorded, it was not done.
    ///
    /// # Errors
    /// Why it is not served; [`Unserved::Later`] where that takes too long here.
    pub fn read(
        &self,
        party: &mut Party,
        message: &Message<'_>,
        now: Timestamp,
        out: &mut Buffer,
    ) -> Result<usize, Unserved> {
        // The state is immutable and the session ends after a panic, so nothing broken is seen again.
        let Party { session, random } = party;
        let (state, start) = (self.hsm.snapshot(), out.len());
        let answer = contain(|| self.hsm.answer(&state, session, message, now, random, out))?;
        if let Err(refusal) = answer.events.into_iter().try_for_each(|event| self.committer.note(event)) {
            out.truncate(start);
            return Err(refusal.into());
        }
        Ok(answer.result?)
    }

    /// Serves a request that only reads and is slow, when it is its tenant's turn. `None` for the party means that it is lost,
    /// and its session with it.
    pub async fn read_slowly(
        &self,
        mut party: Box<Party>,
        request: Kept,
    ) -> (Option<Box<Party>>, Result<Served, Unserved>) {
        let turn = match self.slow.turn(party.session.channel()).await {
            Ok(turn) => turn,
            Err(refusal) => return (Some(party), Err(refusal.into())),
        };
        let hsm = Arc::clone(&self.hsm);
        let work = move || {
            let outcome = execute(&hsm, &hsm.snapshot(), &mut party, &request);
            (party, outcome)
        };
        match turn.spend(work).await {
            Ok((party, outcome)) => (Some(party), self.noted(outcome)),
            Err(refusal) => (None, Err(refusal.into())),
        }
    }

    /// Serves a request that changes something; what is slow about it is done before. `None` for the party as above.
    pub async fn write(&self, mut party: Box<Party>, request: Kept) -> (Option<Box<Party>>, Result<Served, Unserved>) {
        let whose = party.session.channel();
        let prepared = contain(|| {
            let Party { session, random } = &mut *party;
            let Decoded { value: asked, ignored } = Request::decode(&request.message())?;
            let mut work = self.hsm.prepare(&self.hsm.snapshot(), session, &asked, now(), random);
            work.supply(|kind, exponent| self.ready_pairs.take(kind, exponent, whose));
            Ok::<_, WireError>((work, ignored))
        });
        let (work, ignored) = match prepared {
            Ok(Ok(prepared)) => prepared,
            Ok(Err(error)) => return (Some(party), Err(Unserved::Frame(error))),
            Err(refusal) => return (Some(party), Err(refusal.into())),
        };
        let done = if work.is_done() { contain(|| work.run()) } else { self.slow.run(whose, move || work.run()).await };
        match done {
            Ok(done) => party.session.put_done(done),
            Err(refusal) => return (Some(party), Err(refusal.into())),
        }
        let (party, result) = self.committer.serve(party, request).await;
        (party, result.map(|response| Served { response, ignored }).map_err(Unserved::Request))
    }

    /// What is answered, once the committer has what is to be recorded; without that, nothing is.
    fn noted(&self, outcome: Result<(Outcome, usize), Refusal>) -> Result<Served, Unserved> {
        let (outcome, ignored) = outcome?;
        outcome.events.into_iter().try_for_each(|event| self.committer.note(event))?;
        let response = outcome.result.map_err(Refusal::Engine)?;
        Ok(Served { response, ignored })
    }
}

/// What was answered to a request whose frame was kept.
#[derive(Debug)]
pub struct Served {
    /// The answer.
    pub response: Response,
    /// How many fields the command does not know.
    pub ignored: usize,
}

/// Executes the request in a frame that was decoded before, and tells how many fields the command does not know. A panic
/// inside is this request's fault and nobody else's.
///
/// # Errors
/// [`Refusal::Fault`], also for a frame that cannot be decoded; the engine's own refusals are in the outcome.
pub fn execute(hsm: &Hsm, state: &State, party: &mut Party, request: &Kept) -> Result<(Outcome, usize), Refusal> {
    // The state is immutable and the session ends after a panic, so nothing broken is seen again.
    let Party { session, random } = party;
    let executed = contain(|| {
        let Decoded { value, ignored } = Request::decode(&request.message())?;
        Ok::<_, WireError>((hsm.execute(state, session, value, now(), random), ignored))
    });
    executed?.map_err(|_| Refusal::Fault)
}

fn contain<T>(work: impl FnOnce() -> T) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Refusal::Fault)
}

/// What an error number means, on one line.
fn meaning(code: ErrorCode) -> String {
    code.meaning().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The time now.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_one_request_s_fault() {
        assert_eq!(contain(|| 7), Ok(7));
        assert_eq!(contain(|| -> u8 { panic!("as a broken handler does") }), Err(Refusal::Fault));
    }
}
