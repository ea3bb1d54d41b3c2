//! One connection: the task that owns it, and what is handed to that task.

mod live;

use std::sync::Arc;
use std::time::Duration;

use protocol::buffer::Buffer;
use protocol::frame::Limits;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::endpoint::{Endpoint, InFlight};
use crate::error::Error;
use crate::pool::Slot;
use crate::request::Outbound;
use live::Live;

/// What the task of a connection is asked for.
pub(crate) enum Job {
    /// To be connected.
    Open(oneshot::Sender<Result<(), Error>>),
    /// To send a frame and bring its reply.
    Ask(Ask),
}

/// One frame for one caller.
pub(crate) struct Ask {
    pub(crate) outbound: Arc<Outbound>,
    pub(crate) deadline: Instant,
    /// `None` where nobody waits for the reply: a keep-alive.
    pub(crate) reply: Option<oneshot::Sender<Result<Answer, Failure>>>,
    /// Released with the rest.
    pub(crate) in_flight: Option<InFlight>,
}

/// A reply that belongs to its request.
pub(crate) struct Answer {
    pub(crate) frame: Buffer,
    pub(crate) address: Arc<str>,
}

/// Why there is no reply, and whether the HSM may have seen the request.
pub(crate) struct Failure {
    pub(crate) error: Error,
    sent: bool,
}

impl Failure {
    pub(crate) fn sent(error: Error) -> Self {
        Self { error, sent: true }
    }

    pub(crate) fn unsent(error: Error) -> Self {
        Self { error, sent: false }
    }

    /// A request that was never seen may always be asked again; one that may have been, only if it changes nothing.
    pub(crate) fn may_ask_again(&self, outbound: &Outbound) -> bool {
        match &self.error {
            Error::Io { .. } => !self.sent || outbound.repeatable,
            Error::Timeout { .. } => !self.sent,
            Error::Refused { .. } => self.error.is_turned_away(),
            Error::Invalid { .. } | Error::Protocol { .. } => false,
        }
    }
}

impl Job {
    /// Whether nobody waits any more. A command whose caller has given up must not be done later.
    fn is_abandoned(&self) -> bool {
        match self {
            Self::Open(done) => done.is_closed(),
            Self::Ask(ask) => ask.reply.as_ref().is_some_and(oneshot::Sender::is_closed),
        }
    }

    fn fail(self, error: Error) {
        match self {
            // A caller that has given up is not told.
            Self::Open(done) => drop(done.send(Err(error))),
            Self::Ask(ask) => ask.finish(Err(Failure::unsent(error))),
        }
    }
}

impl Ask {
    fn finish(self, outcome: Result<Answer, Failure>) {
        drop(self.in_flight);
        if let Some(reply) = self.reply {
            // As above.
            drop(reply.send(outcome));
        }
    }
}

/// What all connections of a client have in common.
#[derive(Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) pipeline: usize,
    pub(crate) keep_alive: Option<Duration>,
    /// For how long a connection may owe a reply and be silent.
    pub(crate) patience: Duration,
    pub(crate) limits: Limits,
}

/// Connects `slot`, unless it is connected.
pub(crate) async fn open(slot: &Slot) -> Result<(), Error> {
    let (done, opened) = oneshot::channel();
    let gone = || Error::io(slot.endpoint.address(), "connecting", std::io::ErrorKind::NotConnected.into());
    slot.jobs.send(Job::Open(done)).await.map_err(|_| gone())?;
    opened.await.unwrap_or_else(|_| Err(gone()))
}

/// The task: connects when there is something to do, again after every loss, until the client is dropped.
pub(crate) async fn run(endpoint: Arc<Endpoint>, settings: Settings, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.recv().await {
        if first.is_abandoned() {
            continue;
        }
        match endpoint.dialer.dial().await {
            Ok(stream) => Live::new(&endpoint, settings).serve(stream, first, &mut jobs).await,
            Err(error) => {
                tracing::debug!(%error, "no connection");
                endpoint.failed();
                first.fail(error.clone());
                while let Ok(waiting) = jobs.try_recv() {
                    waiting.fail(error.clone());
                }
            }
        }
    }
}
