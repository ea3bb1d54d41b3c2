//! One connection that plays the scenario.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chacha20::ChaCha20Rng;
use client::{Route, Stream, refused};
use protocol::deframer::Deframer;
use protocol::frame::{Limits, Message, Strictness};
use rand_core::{Rng as _, SeedableRng as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::record::{Outcome, Recorder};
use super::scenario::{Request, Scenario};
use crate::failure::Failure;

/// Pause before a connection that was lost is made again.
const PAUSE: Duration = Duration::from_millis(100);

/// What all connections share.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) scenario: Scenario,
    /// Values that were prepared.
    pub(super) values: Vec<Vec<u8>>,
    pub(super) routes: Vec<Route>,
    /// Connections in all.
    pub(super) connections: usize,
    /// Sequences in flight on a connection at most.
    pub(super) depth: usize,
    /// For how long a reply is waited for.
    pub(super) patience: Duration,
    pub(super) seed: u64,
    /// Requests that may still be sent.
    pub(super) budget: AtomicU64,
    pub(super) recorder: Recorder,
}

/// A sequence of which a request is in flight.
struct Flight {
    sequence: usize,
    step: usize,
    echo: u64,
    /// When it was due, or else sent.
    since: Instant,
    sent: Instant,
    values: Vec<Vec<u8>>,
}

/// Why a connection is not used any longer.
enum End {
    /// The run is over.
    Over,
    /// The connection was lost, or cannot be trusted.
    Lost(String),
}

/// A connection of the run.
pub(super) struct Player {
    plan: Arc<Plan>,
    index: usize,
    node: usize,
    random: ChaCha20Rng,
    flights: VecDeque<Flight>,
    /// Values of sequences that have ended, to be used again.
    spare: Vec<Vec<Vec<u8>>>,
    out: Vec<u8>,
    echo: u64,
    /// When sequences are due; `None` in a closed loop.
    due: Option<mpsc::UnboundedReceiver<Instant>>,
    /// Taken from `due`, and not begun yet.
    next: Option<Instant>,
    is_over: bool,
}

impl Player {
    pub(super) fn new(plan: &Arc<Plan>, index: usize, due: Option<mpsc::UnboundedReceiver<Instant>>) -> Self {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&plan.seed.to_be_bytes());
        seed[8..16].copy_from_slice(&u64::try_from(index).unwrap_or(0).to_be_bytes());
        Self {
            plan: Arc::clone(plan),
            index,
            node: index % plan.routes.len(),
            random: ChaCha20Rng::from_seed(seed),
            flights: VecDeque::new(),
            spare: Vec::new(),
            out: Vec::with_capacity(16 * 1024),
            echo: 0,
            due,
            next: None,
            is_over: false,
        }
    }

    /// Plays until `over` says that the run is.
    pub(super) async fn play(mut self, mut over: watch::Receiver<bool>) {
        let plan = Arc::clone(&self.plan);
        while !*over.borrow() {
            let lost = match plan.routes[self.node].connect().await {
                Err(error) => error.to_string(),
                Ok(stream) => match self.converse(stream, &mut over).await {
                    End::Over => return,
                    End::Lost(why) => why,
                },
            };
            plan.recorder.connection_lost(self.index);
            plan.recorder.example(self.index, || format!("connection: {lost}"));
            self.lose();
            tokio::select! {
                () = sleep(PAUSE) => {}
                _ = over.changed() => {}
            }
        }
    }

    async fn converse(&mut self, mut stream: Box<dyn Stream>, over: &mut watch::Receiver<bool>) -> End {
        let plan = Arc::clone(&self.plan);
        let mut deframer = Deframer::new(Limits::default(), Strictness::Lenient);
        loop {
            self.begin_due(&plan);
            if !self.out.is_empty() {
                let sending = async {
                    stream.write_all(&self.out).await?;
                    stream.flush().await
                };
                match timeout(plan.patience, sending).await {
                    Ok(Ok(())) => self.out.clear(),
                    Ok(Err(error)) => return End::Lost(error.to_string()),
                    Err(_) => return End::Lost("the HSM takes no more requests".to_owned()),
                }
            }
            if self.is_over && self.flights.is_empty() {
                return End::Over;
            }
            let alarm = self.flights.front().map(|oldest| oldest.sent + plan.patience);
            let has_room = !self.is_over && self.flights.len() < plan.depth;
            tokio::select! {
                biased;
                read = stream.read(deframer.spare()) => match read {
                    Ok(0) => return End::Lost("closed by the HSM".to_owned()),
                    Ok(count) => deframer.advance(count),
                    Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                        return End::Lost("closed by the HSM".to_owned());
                    }
                    Err(error) => return End::Lost(error.to_string()),
                },
                due = next_due(&mut self.due), if has_room => {
                    self.next = due;
                    continue;
                }
                () = sleep_until(alarm.unwrap_or_else(Instant::now)), if alarm.is_some() => {
                    return End::Lost(format!("no reply within {} s", plan.patience.as_secs_f64()));
                }
                _ = over.changed(), if !self.is_over => {
                    self.is_over = true;
                    continue;
                }
            }
            let now = Instant::now();
            loop {
                match deframer.poll() {
                    Ok(None) => break,
                    Ok(Some(message)) => {
                        if let Err(why) = self.answer(&plan, &message, now) {
                            return End::Lost(why);
                        }
                    }
                    Err(refused) => return End::Lost(format!("nonsense was received: {}", refused.error)),
                }
            }
        }
    }

    /// Begins the sequences that are due.
    fn begin_due(&mut self, plan: &Plan) {
        while !self.is_over && self.flights.len() < plan.depth {
            let due = match &mut self.due {
                None => None,
                Some(due) => match self.next.take().or_else(|| due.try_recv().ok()) {
                    None => return,
                    due => due,
                },
            };
            let now = Instant::now();
            let sequence = plan.scenario.choose(self.random.next_u64());
            let requests = u64::try_from(plan.scenario.sequences[sequence].requests.len()).unwrap_or(u64::MAX);
            let take = |left: u64| left.checked_sub(requests);
            if plan.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err() {
                self.is_over = true;
                return;
            }
            if let Some(due) = due {
                plan.recorder.late(self.index, now.saturating_duration_since(due));
            }
            let mut values = self.spare.pop().unwrap_or_else(|| plan.values.clone());
            for (number, made) in &plan.scenario.sequences[sequence].made {
                values[*number].clear();
                made.write(&mut self.random, &mut values[*number]);
            }
            self.send(plan, sequence, 0, values, due.unwrap_or(now), now);
        }
    }

    fn send(&mut self, plan: &Plan, sequence: usize, step: usize, values: Vec<Vec<u8>>, since: Instant, now: Instant) {
        let echo = self.echo;
        self.echo += 1;
        plan.scenario.sequences[sequence].requests[step].write(&values, echo, &mut self.out);
        self.flights.push_back(Flight { sequence, step, echo, since, sent: now, values });
    }

    /// Takes a reply in; an error where the connection cannot be trusted any longer.
    fn answer(&mut self, plan: &Plan, message: &Message<'_>, now: Instant) -> Result<(), String> {
        let Some(mut flight) = self.flights.pop_front() else {
            return Err(format!("nobody asked for {}", message.frame().escape_ascii()));
        };
        let sequence = &plan.scenario.sequences[flight.sequence];
        let request = &sequence.requests[flight.step];
        let latency = now.saturating_duration_since(flight.since);
        let record = |outcome| plan.recorder.request(self.index, self.node, request.number, outcome, latency);
        let name = &plan.scenario.requests[request.number];
        let refusal = refused(message);
        if let Some(refusal) = refusal.as_ref().filter(|_| message.echo().is_none()) {
            // The HSM has given the connection up.
            record(Outcome::Refused);
            return Err(refusal.to_string());
        }
        let echo = message.echo().and_then(|echo| std::str::from_utf8(echo).ok()).and_then(|echo| echo.parse().ok());
        if echo != Some(flight.echo) {
            record(Outcome::Wrong);
            return Err(format!("{name}: the reply has another AG: {}", message.frame().escape_ascii()));
        }
        if let Some(refusal) = refusal {
            record(Outcome::Refused);
            plan.recorder.example(self.index, || format!("{name}: {refusal}"));
        } else if let Err(why) = right(request, message, &mut flight.values) {
            record(Outcome::Wrong);
            plan.recorder.example(self.index, || format!("{name}: wrong: {why}"));
        } else {
            record(Outcome::Right);
            if flight.step + 1 < sequence.requests.len() && !self.is_over {
                self.send(plan, flight.sequence, flight.step + 1, flight.values, now, now);
                return Ok(());
            }
        }
        self.spare.push(flight.values);
        Ok(())
    }

    /// Counts what was in flight as lost.
    fn lose(&mut self) {
        let now = Instant::now();
        for flight in self.flights.drain(..) {
            let request = &self.plan.scenario.sequences[flight.sequence].requests[flight.step];
            let latency = now.saturating_duration_since(flight.since);
            self.plan.recorder.request(self.index, self.node, request.number, Outcome::Lost, latency);
        }
        self.out.clear();
    }
}

/// When the next sequence is due; in a closed loop, and once nothing more is, never.
async fn next_due(due: &mut Option<mpsc::UnboundedReceiver<Instant>>) -> Option<Instant> {
    let next = match due {
        Some(due) => due.recv().await,
        None => None,
    };
    if next.is_none() {
        std::future::pending::<()>().await;
    }
    next
}

/// Asks what the scenario prepares; the values that it gives.
pub(super) async fn prepare(scenario: &Scenario, route: &Route, patience: Duration) -> Result<Vec<Vec<u8>>, Failure> {
    let mut values = vec![Vec::new(); scenario.values];
    if scenario.prepare.is_empty() {
        return Ok(values);
    }
    let mut stream = route.connect().await?;
    let mut deframer = Deframer::new(Limits::default(), Strictness::Lenient);
    for (number, request) in scenario.prepare.iter().enumerate() {
        let mut out = Vec::new();
        request.write(&values, u64::try_from(number).unwrap_or(0), &mut out);
        let asking = ask(stream.as_mut(), &mut deframer, &out, |message| match refused(message) {
            Some(refusal) => Err(refusal.to_string()),
            None => right(request, message, &mut values),
        });
        let answer = timeout(patience, asking).await.unwrap_or_else(|_| Err("no reply in time".to_owned()));
        let name = String::from_utf8_lossy(&request.command).into_owned();
        answer.map_err(|why| Failure::usage(format!("preparing the scenario: {name}: {why}")))?;
    }
    Ok(values)
}

async fn ask(
    stream: &mut dyn Stream,
    deframer: &mut Deframer,
    frame: &[u8],
    judge: impl FnOnce(&Message<'_>) -> Result<(), String>,
) -> Result<(), String> {
    stream.write_all(frame).await.map_err(|error| error.to_string())?;
    stream.flush().await.map_err(|error| error.to_string())?;
    loop {
        match deframer.poll() {
            Ok(Some(message)) => return judge(&message),
            Ok(None) => {}
            Err(refused) => return Err(refused.error.to_string()),
        }
        match stream.read(deframer.spare()).await {
            Ok(0) => return Err("closed by the HSM".to_owned()),
            Ok(count) => deframer.advance(count),
            Err(error) => return Err(error.to_string()),
        }
    }
}

fn right(request: &Request, message: &Message<'_>, values: &mut [Vec<u8>]) -> Result<(), String> {
    if message.command() != request.command {
        return Err(format!("the reply is of another command: {}", message.command().escape_ascii()));
    }
    request.check(values, message)
}
