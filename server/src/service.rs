//! What every connection shares: the HSM, the committer, the bounds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use engine::random::Generator;
use engine::{Channel, Hsm, Outcome, Session, State, Timestamp};
use protocol::command::Request;
use zeroize::Zeroize as _;

use crate::committer::Committer;
use crate::config::Limits;
use crate::seed::{self, Seed};

/// One HSM as its connections see it.
#[derive(Debug)]
pub struct Service {
    /// The engine with its state.
    pub hsm: Arc<Hsm>,
    /// Takes what changes something.
    pub committer: Committer,
    /// Bounds and timeouts.
    pub limits: Limits,
    /// Where connections draw their randomness from in seeded development.
    pub seed: Option<Seed>,
    /// Connections that have begun, each with a generator of its own.
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
    /// The store does not take changes.
    #[error("the store did not take the change, nothing was changed")]
    Unavailable,
    /// More changes are waiting than may wait.
    #[error("too many changes are waiting, try again")]
    Busy,
}

impl Service {
    /// The party of a new connection.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn party(&self, channel: Channel) -> Result<Box<Party>, getrandom::Error> {
        let number = self.connections.fetch_add(1, Ordering::Relaxed);
        let mut bytes = seed::bytes(self.seed.as_ref(), "connection", number)?;
        let random = Generator::from_seed(*bytes);
        bytes.zeroize();
        Ok(Box::new(Party { session: Session::new(channel), random }))
    }
}

/// Executes a request; a panic inside is this request's fault and nobody else's.
///
/// # Errors
/// The engine's refusal, or [`Refusal::Fault`].
pub fn execute(hsm: &Hsm, state: &State, party: &mut Party, request: Request) -> Result<Outcome, Refusal> {
    // The state is immutable and the session ends after a panic, so nothing broken is seen again.
    let Party { session, random } = party;
    let executed = catch_unwind(AssertUnwindSafe(|| hsm.execute(state, session, request, now(), random)));
    executed.map_err(|_| Refusal::Fault)?.map_err(Refusal::Engine)
}

/// The time now.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
}
