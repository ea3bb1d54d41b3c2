//! What every connection shares: the HSM, the committer, the bounds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use engine::behaviour::Behaviour;
use engine::hsm::Answer;
use engine::random::Generator;
use engine::{Channel, Hsm, Origin, Outcome, Session, State, Timestamp};
use protocol::ErrorCode;
use protocol::buffer::Buffer;
use protocol::command::{Command, Request};
use protocol::frame::Message;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::committer::Committer;
use crate::config::Limits;
use crate::emulation::{Emulation, Spoil, Verdict};
use crate::metrics::Metrics;
use crate::seed::Randomness;

/// One HSM as its connections see it.
#[derive(Debug)]
pub struct Service {
    /// The engine with its state.
    pub hsm: Arc<Hsm>,
    /// Takes what changes something.
    pub committer: Committer,
    /// Turns for slow work, which has threads of its own.
    pub slow: Semaphore,
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

    /// Does the slow work that a request needs, away from the connections' workers.
    pub async fn prepare(&self, party: &mut Party, request: &Request) {
        let work = self.hsm.prepare(&self.hsm.snapshot(), &party.session, request, &mut party.random);
        if work.is_empty() {
            return;
        }
        // The semaphore is never closed, and what is not done here the request does itself.
        let _turn = self.slow.acquire().await;
        if let Ok(done) = spawn_blocking(move || work.run()).await {
            party.session.put_done(done);
        }
    }
}

/// Executes a request; a panic inside is this request's fault and nobody else's.
///
/// # Errors
/// [`Refusal::Fault`]; the engine's own refusals are in the outcome.
pub fn execute(hsm: &Hsm, state: &State, party: &mut Party, request: Request) -> Result<Outcome, Refusal> {
    // The state is immutable and the session ends after a panic, so nothing broken is seen again.
    let Party { session, random } = party;
    contain(|| hsm.execute(state, session, request, now(), random))
}

/// Answers a frame whose command only reads, with panics contained as in [`execute`]; then `out` may hold part of a reply.
///
/// # Errors
/// [`Refusal::Fault`]; the engine's own refusals are in the answer.
pub fn answer(
    hsm: &Hsm,
    state: &State,
    party: &mut Party,
    command: Command,
    message: &Message<'_>,
    now: Timestamp,
    out: &mut Buffer,
) -> Result<Answer, Refusal> {
    let Party { session, random } = party;
    contain(|| hsm.answer(state, session, command, message, now, random, out))
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
