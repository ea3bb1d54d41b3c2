//! Loads a server: so many connections, so many requests on their way on each, in a closed loop or at a fixed rate.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Dialer, Peer};
use crate::machine::{self, Whole};

/// How late a request of an open loop may leave without its wait being counted as the server's.
const LATE: Duration = Duration::from_millis(2);

/// What it takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Whom to load.
    #[command(flatten)]
    pub peer: Peer,
    /// File of requests, one a line; each is sent in its turn.
    #[arg(long)]
    pub requests: PathBuf,
    /// Bytes of every reply.
    #[arg(long)]
    pub reply: usize,
    /// How every reply begins.
    #[arg(long, default_value = "")]
    pub begins: String,
    /// The requests are no frames but end with an empty line.
    #[arg(long)]
    pub text: bool,
    /// Connections.
    #[arg(long, default_value = "1")]
    pub connections: usize,
    /// Requests on their way on each.
    #[arg(long, default_value = "1")]
    pub depth: usize,
    /// Seconds that count; a fifth before does not.
    #[arg(long, default_value = "1")]
    pub seconds: f64,
    /// So many batches on each connection, however long it takes, instead of the time.
    #[arg(long)]
    pub batches: Option<u64>,
    /// Requests a second in all; as many as come when absent.
    #[arg(long)]
    pub rate: Option<f64>,
}

/// What was seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Load {
    /// Answers a second.
    pub rate: f64,
    /// Median latency in microseconds.
    pub p50: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Processor time of the server for an answer, in microseconds.
    pub server: f64,
    /// Processor time of this client for one.
    pub client: f64,
    /// Share of the machine that others took.
    pub foreign: f64,
}

/// What all connections share.
struct Shared {
    batches: Vec<Vec<u8>>,
    reply: usize,
    begins: Vec<u8>,
    depth: usize,
    limit: Option<u64>,
    /// From one batch of a connection to its next, where the rate is fixed.
    pause: Option<Duration>,
    is_over: AtomicBool,
    counts: AtomicBool,
}

/// Loads the server.
///
/// # Errors
/// It does not answer as it should.
pub fn run(args: &Args) -> anyhow::Result<Load> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(load(args))
}

/// The requests as they are sent, `depth` at a time.
fn batches(args: &Args) -> anyhow::Result<Vec<Vec<u8>>> {
    let text = std::fs::read_to_string(&args.requests).with_context(|| args.requests.display().to_string())?;
    if args.text {
        return Ok(vec![text.into_bytes().repeat(args.depth)]);
    }
    let lines: Vec<&str> = text.lines().collect();
    anyhow::ensure!(!lines.is_empty(), "no requests");
    if lines.len() == 1 {
        return Ok(vec![lines[0].as_bytes().repeat(args.depth)]);
    }
    Ok(lines.chunks_exact(args.depth).map(|lines| lines.concat().into_bytes()).collect())
}

async fn load(args: &Args) -> anyhow::Result<Load> {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let together = (args.connections * args.depth) as f64;
    let shared = Arc::new(Shared {
        batches: batches(args)?,
        reply: args.reply,
        begins: args.begins.clone().into_bytes(),
        depth: args.depth,
        limit: args.batches,
        pause: args.rate.map(|rate| Duration::from_secs_f64(together / rate)),
        is_over: AtomicBool::new(false),
        counts: AtomicBool::new(args.batches.is_some()),
    });
    let dialer = args.peer.dialer(false)?;
    let process = args.peer.process;
    let mut players = Vec::new();
    for number in 0..args.connections {
        let shared = Arc::clone(&shared);
        let stream = dialer.dial().await.with_context(|| format!("connection {number}"))?;
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let offset = number as f64 / args.connections as f64;
        players.push(tokio::spawn(play(stream, shared, number, offset)));
    }
    if args.batches.is_none() {
        tokio::time::sleep(Duration::from_secs_f64(args.seconds * 0.2)).await;
    }
    let (ours, theirs, whole, begun) =
        (machine::process_seconds(), machine::seconds_of(process)?, Whole::now(), Instant::now());
    if args.batches.is_none() {
        shared.counts.store(true, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs_f64(args.seconds)).await;
        shared.counts.store(false, Ordering::Relaxed);
    }
    let mut latencies = Histogram::<u64>::new(3)?;
    if args.batches.is_some() {
        for player in &mut players {
            latencies.add(player.await??)?;
        }
        players.clear();
    }
    let elapsed = begun.elapsed().as_secs_f64();
    let (ours, theirs) = (machine::process_seconds() - ours, machine::seconds_of(process)? - theirs);
    let foreign = whole.foreign_share(ours + theirs);
    shared.is_over.store(true, Ordering::Relaxed);
    for player in players {
        latencies.add(player.await??)?;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of seconds")]
    let answers = latencies.len() as f64 * args.depth as f64;
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of seconds")]
    let at = |quantile| latencies.value_at_quantile(quantile) as f64 / 1e3;
    Ok(Load {
        rate: answers / elapsed,
        p50: at(0.5),
        p99: at(0.99),
        server: theirs / answers * 1e6,
        client: ours / answers * 1e6,
        foreign,
    })
}

type Stream = tokio_rustls::client::TlsStream<tokio::net::TcpStream>;

async fn play(mut stream: Stream, shared: Arc<Shared>, number: usize, offset: f64) -> anyhow::Result<Histogram<u64>> {
    let mut latencies = Histogram::<u64>::new(3)?;
    let mut buffer = vec![0; 64 * 1024];
    let mut due = Instant::now() + shared.pause.unwrap_or_default().mul_f64(offset);
    let mut batches = shared.batches.iter().cycle().skip(number * 7919 % shared.batches.len());
    let mut played = 0;
    while !shared.is_over.load(Ordering::Relaxed) && shared.limit.is_none_or(|limit| played < limit) {
        let mut begun = Instant::now();
        if let Some(pause) = shared.pause {
            tokio::time::sleep_until(due.into()).await;
            let now = Instant::now();
            begun = if now.saturating_duration_since(due) > LATE { due } else { now };
            due += pause;
        }
        let counts = shared.counts.load(Ordering::Relaxed);
        let batch = batches.next().context("no requests")?;
        exchange(&mut stream, batch, &mut buffer, shared.reply * shared.depth, &shared.begins).await?;
        played += 1;
        if counts && shared.counts.load(Ordering::Relaxed) {
            latencies.record(u64::try_from(begun.elapsed().as_nanos())?)?;
        }
    }
    Ok(latencies)
}

/// Sends a batch and takes its answers, which have so many bytes together and begin as they should.
pub(super) async fn exchange(
    stream: &mut Stream,
    batch: &[u8],
    buffer: &mut [u8],
    expected: usize,
    begins: &[u8],
) -> anyhow::Result<()> {
    stream.write_all(batch).await?;
    stream.flush().await?;
    let mut got = 0;
    while got < expected {
        let read = stream.read(buffer).await?;
        anyhow::ensure!(read > 0, "the server closes");
        let answer = &buffer[..read];
        let is_right = got > 0 || answer.starts_with(&begins[..begins.len().min(read)]);
        got += read;
        let show = || answer[..read.min(120)].escape_ascii().to_string();
        anyhow::ensure!(is_right && got <= expected, "not the answer that was expected: {}", show());
        // An ERRO is shorter, so that the rest would never come.
        let is_refused = memchr::memmem::find(answer, b"[AOERRO;").is_some();
        anyhow::ensure!(!is_refused, "refused: {}", show());
    }
    Ok(())
}

/// One connection that is ready, for those who hold many.
pub(super) async fn connected(dialer: &Dialer) -> anyhow::Result<Stream> {
    dialer.dial().await
}
