//! One connection: frames in, replies out, in order. The only place from which `ERRO` is sent.

mod output;
mod waiting;

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant as StdInstant};

use engine::tenant::TenantName;
use engine::{Channel, Origin};
use protocol::ErrorCode;
use protocol::command::{Command, Effect};
use protocol::deframer::Deframer;
use protocol::error::Error as WireError;
use protocol::frame::{Refused, Strictness};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroize as _;

use crate::emulation::{self, Spoil};
use crate::limiter::Full;
use crate::metrics::Tally;
use crate::service::{self, Party, Refusal, Served, Service, Unserved};
use output::{Output, Unsent};
use waiting::{Patience, Waiting, Woken};

/// Requests that one write answers at most, so that no connection keeps a worker for itself.
const BATCH_REQUESTS: usize = 64;
/// Bytes of replies after which they are written.
const BATCH_BYTES: usize = 16 * 1024;
/// A close that the peer does not answer is not waited for.
const FAREWELL: Duration = Duration::from_millis(500);

/// Shorter waits are not worth a timer; the next command makes up for them.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The client closed it, or the server is stopping.
    Closed,
    /// It was silent for too long.
    Idle,
    /// A frame was not finished in time.
    Unfinished,
    /// The client does not take its replies.
    Unread,
    /// The stream can no longer be trusted.
    Untrusted,
    /// A fault of this software.
    Fault,
    /// The network failed.
    Lost,
}

/// What to do after a batch.
enum Next {
    /// Read more.
    Read,
    /// There may be more whole frames.
    Again,
    /// Write what there is and close.
    Close(End),
    /// Write what there is and nothing more, as a fault wants it.
    Stall,
}

/// Serves a connection until it ends; the log knows it by its number.
pub async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    channel: Channel,
    origin: Origin,
    strictness: Strictness,
    service: &Service,
    stop: &CancellationToken,
    number: u64,
) -> End {
    let mut connection = Connection {
        deframer: Deframer::new(service.limits.frame(), strictness),
        output: Output::default(),
        channel,
        origin,
        party: None,
        counting: Counting { connection: number, requests: 0, tally: None },
        clock: StdInstant::now(),
        service,
    };
    let end = connection.run(&mut stream, stop).await;
    drop(connection);
    match end {
        End::Lost | End::Unread => {}
        // Boxed, as is all that few connections come to: each has room for the largest thing that it may wait for.
        End::Closed | End::Idle | End::Unfinished | End::Untrusted | End::Fault => Box::pin(farewell(stream)).await,
    }
    end
}

/// Tells a client that there are too many connections, and closes.
pub async fn refuse<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, reason: &Full, service: &Service) {
    let mut output = Output::default();
    let text = match reason {
        Full::Total | Full::Client => "too many connections; the connection closes".to_owned(),
        Full::Tenant(most) => format!("the tenant has the {most} connections that it may have; the connection closes"),
    };
    output.append(|out| protocol::error::write(out, ErrorCode::ConnectionLimit, 0, &text, None));
    let _ = timeout(service.limits.write_timeout(), output.send(&mut stream)).await;
    farewell(stream).await;
}

/// Closes in a way that lets the peer read the last reply: closing with unread input would reset the connection and
/// could take the reply with it.
async fn farewell<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    let close = async {
        stream.shutdown().await?;
        let mut discarded = [0; 1024];
        while stream.read(&mut discarded).await? > 0 {}
        discarded.zeroize();
        io::Result::Ok(())
    };
    // The peer may be gone already; then there is nobody to tell.
    let _ = timeout(FAREWELL, close).await;
}

struct Connection<'a> {
    deframer: Deframer,
    output: Output,
    channel: Channel,
    origin: Origin,
    /// `None` before the first request, and once it is lost to a fault, which ends the connection.
    party: Option<Box<Party>>,
    counting: Counting,
    /// The end of the last request, which is the beginning of the next.
    clock: StdInstant,
    service: &'a Service,
}

impl Connection<'_> {
    async fn run<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: &mut S, stop: &CancellationToken) -> End {
        let limits = &self.service.limits;
        // When the frame that is being received began; a peer cannot prolong it by sending slowly.
        let mut begun = None;
        // Whoever sends nothing but blanks is idle.
        let mut idle_since = Instant::now();
        let timer = pin!(sleep_until(idle_since + limits.idle_timeout()));
        let stopped = pin!(stop.cancelled());
        let mut waiting = Waiting { timer, stopped };
        loop {
            let read = if self.deframer.spare().is_empty() {
                0 // The frame is too long; polling says so.
            } else {
                let deadline = match begun {
                    Some(begun) => begun + limits.frame_timeout(),
                    None => idle_since + limits.idle_timeout(),
                };
                let patience = Patience { since: idle_since, deadline, is_between_frames: begun.is_none() };
                match waiting.read(stream, &mut self.deframer, &mut self.output, patience).await {
                    Woken::Read(Ok(0)) | Woken::Stopped => return End::Closed,
                    Woken::Read(Ok(read)) => read,
                    Woken::Read(Err(_)) => return End::Lost,
                    Woken::Late if begun.is_none() => return End::Idle,
                    Woken::Late => {
                        refuse_frame(&mut self.output, &WireError::Unfinished, None);
                        return flush(&mut self.output, self.service, &mut self.clock, stream)
                            .await
                            .err()
                            .unwrap_or(End::Unfinished);
                    }
                }
            };
            self.deframer.advance(read);
            self.service.metrics.received.inc_by(u64::try_from(read).unwrap_or(0));
            let mut served = 0;
            loop {
                let next = self.batch(stream, &mut served).await;
                if let Err(end) = flush(&mut self.output, self.service, &mut self.clock, stream).await {
                    return end;
                }
                match next {
                    Next::Read => break,
                    // A client that pipelines without pause leaves room for others.
                    Next::Again => tokio::task::yield_now().await,
                    Next::Close(end) => return end,
                    Next::Stall => return Box::pin(stall(stream, limits.idle_timeout(), stop)).await,
                }
            }
            if served > 0 {
                idle_since = Instant::from_std(self.clock);
            }
            begun = match begun {
                _ if !self.deframer.is_mid_frame() => None,
                Some(begun) if served == 0 => Some(begun),
                Some(_) | None => Some(Instant::now()),
            };
        }
    }

    /// Answers whole frames that have been received, up to a bound.
    async fn batch<S: AsyncWrite + Unpin>(&mut self, stream: &mut S, served: &mut usize) -> Next {
        self.clock = StdInstant::now();
        let mut now = service::now();
        for _ in 0..BATCH_REQUESTS {
            if self.output.len() >= BATCH_BYTES {
                return Next::Again;
            }
            let message = match self.deframer.poll() {
                Ok(Some(message)) => message,
                Ok(None) => return Next::Read,
                Err(Refused { error, echo }) => {
                    *served += 1;
                    let fatal = error.is_fatal();
                    self.counting.refused(&error);
                    refuse_frame(&mut self.output, &error, echo);
                    if fatal {
                        return Next::Close(End::Untrusted);
                    }
                    continue;
                }
            };
            *served += 1;
            self.output.begin();
            let echo = message.echo();
            let Some(command) = Command::parse(message.command()) else {
                let error = WireError::CommandUnknown { name: message.command() };
                self.counting.refused(&error);
                refuse_frame(&mut self.output, &error, echo);
                continue;
            };
            let mut spoil = None;
            let behaviour = self.service.hsm.snapshot().behaviour().cloned();
            if let Some(behaviour) = behaviour {
                let (wait, next) = self.service.judge(&behaviour, self.channel, command);
                if wait >= SHORTEST_WAIT {
                    // What is answered already does not wait with it.
                    if let Err(end) = flush(&mut self.output, self.service, &mut self.clock, stream).await {
                        return Next::Close(end);
                    }
                    tokio::time::sleep(wait).await;
                    now = service::now();
                }
                match next {
                    Ok(spoiling) => spoil = spoiling,
                    Err(Some(code)) => {
                        self.counting.add(self.service, self.channel, command, Some(code), &mut self.clock);
                        refuse_request(&mut self.output, &Refusal::Emulated(code), echo);
                        continue;
                    }
                    Err(None) => return Next::Close(End::Lost),
                }
            }
            let party = self.party.take().map_or_else(|| self.service.party(self.channel, &self.origin), Ok);
            let Ok(mut party) = party else {
                tracing::error!("the system gives no randomness");
                refuse_request(&mut self.output, &Refusal::Fault, echo);
                return Next::Close(End::Fault);
            };
            let at_once = match command.spec().effect {
                Effect::Reads => self.output.append(|out| self.service.read(&mut party, &message, now, out)),
                Effect::Writes => Err(Unserved::Later),
            };
            let result = match at_once {
                Ok(_) | Err(Unserved::Frame(_) | Unserved::Request(_)) => {
                    self.party = Some(party);
                    at_once
                }
                Err(Unserved::Later) => {
                    let request = message.keep();
                    let (party, result) = if command.spec().effect == Effect::Writes {
                        Box::pin(self.service.write(party, request)).await
                    } else {
                        // What is answered already does not wait with it.
                        if let Err(end) = flush(&mut self.output, self.service, &mut self.clock, stream).await {
                            return Next::Close(end);
                        }
                        Box::pin(self.service.read_slowly(party, request)).await
                    };
                    self.party = party;
                    now = service::now();
                    result.map(|Served { response, ignored }| {
                        self.output.append(|out| response.encode(echo, out));
                        ignored
                    })
                }
            };
            let result = match result {
                Ok(_) if self.output.last() > self.service.limits.frame_bytes => {
                    self.output.take_back();
                    Err(Unserved::Request(Refusal::ReplyTooLong))
                }
                result => result,
            };
            let code = result.as_ref().err().map(Unserved::code);
            self.counting.add(self.service, self.channel, command, code, &mut self.clock);
            match result {
                Ok(ignored) => {
                    if ignored > 0 {
                        tracing::debug!(command = command.spec().name, ignored, "unknown tags");
                    }
                }
                Err(Unserved::Frame(error)) => refuse_frame(&mut self.output, &error, echo),
                // Whoever serves it later does.
                Err(Unserved::Later) => refuse_request(&mut self.output, &Refusal::Fault, echo),
                Err(Unserved::Request(refusal)) => {
                    if refusal == Refusal::Fault {
                        // What a handler wrote before it failed is no reply.
                        self.output.take_back();
                        refuse_request(&mut self.output, &refusal, echo);
                        tracing::error!(command = command.spec().name, "a request failed by a fault of this software");
                        return Next::Close(End::Fault);
                    }
                    refuse_request(&mut self.output, &refusal, echo);
                }
            }
            if let Some(spoil) = spoil
                && let Some(end) = spoiled(&mut self.output, spoil)
            {
                return if spoil == Spoil::Stall { Next::Stall } else { Next::Close(end) };
            }
        }
        Next::Again
    }
}

/// Where a connection's commands are counted, from the first on, and how the log tells them apart.
struct Counting {
    connection: u64,
    requests: u64,
    tally: Option<Arc<Tally>>,
}

impl Counting {
    /// Counts a command that was answered, from the end of the one before; `refusal` where it was refused.
    fn add(
        &mut self,
        service: &Service,
        channel: Channel,
        command: Command,
        refusal: Option<ErrorCode>,
        begun: &mut StdInstant,
    ) {
        let now = StdInstant::now();
        let time = now - std::mem::replace(begun, now);
        self.requests += 1;
        // The log has names and numbers only. While it does not tell of requests, this is one look at a static number.
        if tracing::enabled!(tracing::Level::DEBUG) {
            let (name, micros) = (command.spec().name, u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
            let (connection, request) = (self.connection, self.requests);
            match refusal {
                None => tracing::debug!(connection, request, command = name, micros, "request served"),
                Some(code) => {
                    tracing::debug!(
                        connection,
                        request,
                        command = name,
                        micros,
                        code = code.number(),
                        "request refused"
                    );
                }
            }
        }
        let tally = self.tally.get_or_insert_with(|| {
            let state = service.hsm.snapshot();
            let tenant = match channel {
                Channel::Application(id) => state.tenant(id).map_or("", |tenant| tenant.name().as_str()),
                Channel::Administration => TenantName::RESERVED,
            };
            service.metrics.tally(tenant)
        });
        service.metrics.command(tally, command, refusal.is_none(), time);
    }

    /// Counts what is no request.
    fn refused(&mut self, error: &WireError) {
        self.requests += 1;
        tracing::debug!(
            connection = self.connection,
            request = self.requests,
            code = error.code().number(),
            "frame refused"
        );
    }
}

/// Takes what comes and answers nothing, until the client has had enough, or for as long as it may be silent.
async fn stall<S: AsyncRead + Unpin>(stream: &mut S, most: Duration, stop: &CancellationToken) -> End {
    let mut discarded = [0; 1024];
    let read = async {
        while stream.read(&mut discarded).await.is_ok_and(|read| read > 0) {}
        discarded.zeroize();
    };
    tokio::select! {
        _ = timeout(most, read) => End::Lost,
        () = stop.cancelled() => End::Closed,
    }
}

/// Sends what there is; `clock` is set where the client had to be waited for.
async fn flush<S: AsyncWrite + Unpin>(
    output: &mut Output,
    service: &Service,
    clock: &mut StdInstant,
    stream: &mut S,
) -> Result<(), End> {
    if output.len() == 0 {
        return Ok(());
    }
    let length = u64::try_from(output.len()).unwrap_or(0);
    match output.send_within(stream, service.limits.write_timeout(), clock).await {
        Ok(()) => {
            service.metrics.sent.inc_by(length);
            Ok(())
        }
        Err(Unsent::Lost) => Err(End::Lost),
        Err(Unsent::Unread) => Err(End::Unread),
    }
}

/// Spoils the reply that was appended last, as was asked for; how the connection ends, where it does.
fn spoiled(output: &mut Output, spoil: Spoil) -> Option<End> {
    match spoil {
        Spoil::Lose | Spoil::Stall => {
            output.take_back();
            Some(End::Lost)
        }
        Spoil::Half => {
            output.halve();
            Some(End::Lost)
        }
        Spoil::Garbage => {
            output.take_back();
            output.append(|out| out.extend_from_slice(emulation::GARBAGE));
            None
        }
        Spoil::CheckValue => {
            emulation::change_check_value(output.last_mut());
            None
        }
    }
}

fn refuse_frame(output: &mut Output, error: &WireError, echo: Option<&[u8]>) {
    output.append(|out| protocol::error::write(out, error.code(), 0, error, echo));
}

fn refuse_request(output: &mut Output, refusal: &Refusal, echo: Option<&[u8]>) {
    let detail = match refusal {
        Refusal::Engine(error) => error.detail(),
        Refusal::Fault
        | Refusal::ReplyTooLong
        | Refusal::Unavailable
        | Refusal::Emulated(_)
        | Refusal::Busy
        | Refusal::Crowded => 0,
    };
    output.append(|out| protocol::error::write(out, refusal.code(), detail, refusal, echo));
}
