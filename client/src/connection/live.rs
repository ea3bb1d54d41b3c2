//! A connection while it lasts.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use protocol::buffer::Buffer;
use protocol::deframer::Deframer;
use protocol::frame::{Message, Strictness};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, split};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::{Answer, Ask, Failure, Job, Settings};
use crate::dial::Stream;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::reply;
use crate::request::Outbound;
use crate::wiped::Outgoing;

/// How long saying good-bye may take.
const FAREWELL: Duration = Duration::from_millis(500);

/// A day: no alarm is due.
const FAR_AWAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is under way on one connection.
pub(super) struct Live<'a> {
    endpoint: &'a Endpoint,
    settings: Settings,
    out: Outgoing,
    /// What was sent and not answered, in order, with where each frame starts in the stream.
    owed: VecDeque<(u64, Ask)>,
    last_received: Instant,
    last_sent: Instant,
}

/// Why a connection ended.
enum End {
    /// The client was dropped.
    Dropped,
    /// The oldest request gets the error; the others only lost their connection.
    Nonsense(Error),
    /// It was lost, or is as good as lost.
    Lost(Error),
}

impl<'a> Live<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, settings: Settings) -> Self {
        let now = Instant::now();
        let (out, owed) = (Outgoing::default(), VecDeque::new());
        Self { endpoint, settings, out, owed, last_received: now, last_sent: now }
    }

    pub(super) async fn serve(mut self, stream: Box<dyn Stream>, first: Job, jobs: &mut mpsc::Receiver<Job>) {
        self.take(first);
        match self.converse(stream, jobs).await {
            End::Dropped => {}
            End::Lost(error) => {
                tracing::debug!(%error, owed = self.owed.len(), "the connection ended");
                self.lose(&error);
            }
            End::Nonsense(error) => {
                tracing::warn!(%error, "nonsense was received; the connection is closed");
                self.endpoint.failed();
                if let Some((_, oldest)) = self.owed.pop_front() {
                    oldest.finish(Err(Failure::sent(error)));
                }
                self.lose(&self.lost(io::ErrorKind::ConnectionAborted));
            }
        }
    }

    /// Moves bytes both ways until the connection ends.
    async fn converse(&mut self, stream: Box<dyn Stream>, jobs: &mut mpsc::Receiver<Job>) -> End {
        let (mut reader, mut writer) = split(stream);
        let mut deframer = Deframer::new(self.settings.limits, Strictness::Lenient);
        let mut flushed = true;
        loop {
            let alarm = self.alarm();
            let writing = !self.out.pending().is_empty();
            let write = async {
                if writing { writer.write(self.out.pending()).await } else { writer.flush().await.map(|()| 0) }
            };
            tokio::select! {
                // What has come is looked at first, so that nothing is sent on a connection that is known to be lost.
                biased;
                read = reader.read(deframer.spare()) => match read {
                    Ok(0) => return End::Lost(self.lost(io::ErrorKind::UnexpectedEof)),
                    Ok(count) => {
                        deframer.advance(count);
                        if let Err(end) = self.receive(&mut deframer) {
                            return end;
                        }
                    }
                    Err(error) => return End::Lost(Error::io(self.endpoint.address(), "receiving", error)),
                },
                written = write, if writing || !flushed => match written {
                    Ok(0) if writing => return End::Lost(self.lost(io::ErrorKind::WriteZero)),
                    Ok(count) => {
                        self.out.advance(count);
                        flushed = !writing;
                    }
                    Err(error) => return End::Lost(Error::io(self.endpoint.address(), "sending", error)),
                },
                job = jobs.recv(), if self.owed.len() < self.settings.pipeline => match job {
                    Some(job) => self.take(job),
                    None => {
                        // Nobody is left to hear how that went.
                        let _ = timeout(FAREWELL, writer.shutdown()).await;
                        return End::Dropped;
                    }
                },
                () = sleep_until(alarm) => {
                    if !self.owed.is_empty() {
                        return End::Lost(Error::timeout(self.endpoint.address(), "waiting for a reply that is owed"));
                    }
                    if self.settings.keep_alive.is_some() {
                        self.send(Ask {
                            outbound: Arc::new(Outbound::keep_alive()),
                            deadline: Instant::now() + self.settings.patience,
                            reply: None,
                            in_flight: None,
                        });
                    }
                }
            }
        }
    }

    fn take(&mut self, job: Job) {
        if job.is_abandoned() {
            return;
        }
        match job {
            // A caller that has given up is not told.
            Job::Open(done) => drop(done.send(Ok(()))),
            Job::Ask(ask) => self.send(ask),
        }
    }

    fn send(&mut self, ask: Ask) {
        let start = self.out.end();
        self.out.push(&ask.outbound.frame);
        self.last_sent = Instant::now();
        self.owed.push_back((start, ask));
    }

    /// Hands out every whole reply.
    fn receive(&mut self, deframer: &mut Deframer) -> Result<(), End> {
        self.last_received = Instant::now();
        loop {
            match deframer.poll() {
                Ok(None) => return Ok(()),
                Ok(Some(message)) => self.answer(&message)?,
                Err(refused) => return Err(self.nonsense(format!("nonsense was received: {}", refused.error))),
            }
        }
    }

    fn answer(&mut self, message: &Message<'_>) -> Result<(), End> {
        let refusal = reply::refused(message);
        let Some((start, ask)) = self.owed.pop_front() else {
            return Err(match refusal {
                Some(refusal) => End::Lost(refusal),
                None => self.nonsense("a reply came that nobody asked for"),
            });
        };
        if let Err(text) = reply::check(message, &ask.outbound) {
            self.owed.push_front((start, ask));
            return Err(self.nonsense(text));
        }
        if let Some(refusal) = refusal.filter(Error::is_turned_away) {
            self.endpoint.failed();
            ask.finish(Err(Failure::unsent(refusal.clone())));
            return Err(End::Lost(refusal));
        }
        let given_up = ask.outbound.echo.is_some() && message.echo().is_none();
        let answer = Answer { frame: Buffer::from(message.frame()), address: self.endpoint.address().clone() };
        self.endpoint.answered();
        ask.finish(Ok(answer));
        if given_up { Err(End::Lost(self.lost(io::ErrorKind::ConnectionAborted))) } else { Ok(()) }
    }

    /// When something must be done although nothing happens.
    fn alarm(&self) -> Instant {
        match (self.owed.front(), self.settings.keep_alive) {
            // A slow command is waited for as long as its own deadline says, and while other replies come.
            (Some((_, oldest)), _) => oldest.deadline.max(self.last_received + self.settings.patience),
            (None, Some(keep_alive)) => self.last_received.max(self.last_sent) + keep_alive,
            (None, None) => Instant::now() + FAR_AWAY,
        }
    }

    /// Tells everybody who waits.
    fn lose(&mut self, error: &Error) {
        if !self.owed.is_empty() {
            self.endpoint.failed();
        }
        for (start, ask) in self.owed.drain(..) {
            let sent = self.out.written() > start;
            ask.finish(Err(if sent { Failure::sent(error.clone()) } else { Failure::unsent(error.clone()) }));
        }
    }

    fn nonsense(&self, text: impl Into<String>) -> End {
        End::Nonsense(Error::protocol(self.endpoint.address(), text))
    }

    fn lost(&self, kind: io::ErrorKind) -> Error {
        Error::io(self.endpoint.address(), "the connection was lost", kind.into())
    }
}
