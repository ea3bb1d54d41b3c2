//! `strongctl load`: plays a scenario on many connections, checks every reply, and tells rates and latencies.

mod histogram_log;
mod html;
mod pace;
mod player;
mod plot;
mod record;
mod report;
mod scenario;
mod template;
mod threshold;

use std::net::ToSocketAddrs as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use client::{Options, Route};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::Output;
use crate::profile::{self, Listener};
use crate::session;
use pace::Pace;
use player::{Plan, Player};
use record::{Interval, Recorder};
use report::Report;
use scenario::{READY_MADE, Scenario};
use threshold::Thresholds;

/// How often rates and latencies are told and kept.
const INTERVAL: Duration = Duration::from_secs(1);
/// Most connections that share a place to record in, per thread.
const SHARDS: usize = 4;
/// Sequences in flight on a connection of an open loop, where nothing else is said.
const OPEN_DEPTH: usize = 256;

#[derive(Debug, clap::Args)]
pub(crate) struct Load {
    /// A scenario's file, or the name of one that comes with the program (--list)
    #[arg(value_name = "SCENARIO", default_value = "mixed")]
    scenario: String,
    /// List the scenarios that come with the program
    #[arg(long, exclusive = true)]
    list: bool,
    /// Print the scenario's text, to make another of it
    #[arg(long)]
    show: bool,
    /// Connections in all, spread evenly over the addresses
    #[arg(short = 'c', long, value_name = "COUNT", default_value = "16", value_parser = clap::value_parser!(u32).range(1..=50_000))]
    connections: u32,
    /// Requests in flight on each connection at most [default: 1, or 256 with --rate]
    #[arg(short = 'd', long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    depth: Option<u32>,
    /// Open loop: begin this many sequences a second, however fast they are answered; latencies count from when each was due
    #[arg(long, value_name = "PER SECOND", value_parser = positive)]
    rate: Option<f64>,
    /// Seconds in which the rate rises to its height, or in which the connections are made one after the other
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = not_negative)]
    ramp: f64,
    /// Seconds before anything counts
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = not_negative)]
    warm_up: f64,
    /// Seconds that count
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = positive)]
    duration: f64,
    /// Stop after this many requests, those of the warm-up included
    #[arg(long, value_name = "REQUESTS")]
    count: Option<u64>,
    /// Threads that send and receive [default: one for each processor]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=256))]
    threads: Option<u32>,
    /// Seed of generated values and of the order of sequences
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    seed: u64,
    /// Work with the rights of those who are logged in, instead of those that a connection has by itself
    #[arg(long)]
    logged_in: bool,
    /// Load addresses that are not of this machine; only with their owner's leave
    #[arg(long)]
    allow_remote: bool,
    /// File for a report with plots, one HTML page that needs nothing else
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// File for the latencies, second by second, as a log of HdrHistogram
    #[arg(long, value_name = "FILE")]
    hdr: Option<PathBuf>,
    /// No line of progress
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    thresholds: Thresholds,
}

fn positive(text: &str) -> Result<f64, String> {
    not_negative(text)
        .and_then(|number| if number > 0.0 { Ok(number) } else { Err("more than 0 is needed".to_owned()) })
}

fn not_negative(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "a number is needed".to_owned())?;
    if number.is_finite() && (0.0..=1e9).contains(&number) { Ok(number) } else { Err("0 to 1000000000".to_owned()) }
}

/// Loads the HSM; the exit code is 5 where a threshold is not kept.
pub(crate) fn run(args: &Load, connection: &Connection, output: &Output) -> Result<u8, Failure> {
    if args.list {
        let first = |text: &'static str| text.lines().next().unwrap_or_default().trim_start_matches("# ");
        let rows: Vec<Vec<String>> =
            READY_MADE.iter().map(|(name, text)| vec![(*name).to_owned(), first(text).to_owned()]).collect();
        let names: Vec<&str> = READY_MADE.iter().map(|(name, _)| *name).collect();
        return output.show(&names, || crate::output::columns(&rows)).map(|()| 0);
    }
    if args.show {
        let ready_made = READY_MADE.iter().find(|(name, _)| *name == args.scenario);
        let text = ready_made.map(|(_, text)| *text).ok_or_else(|| {
            Failure::usage(format!("no scenario {} comes with the program", args.scenario))
                .next("--list tells which do")
        })?;
        return output.show(&text, || text.to_owned()).map(|()| 0);
    }
    let scenario = Scenario::read(&args.scenario)?;
    let mut options = profile::options(connection, Listener::Commands)?;
    if args.logged_in {
        let token = session::Place::new(&options, &connection.session)?.read();
        options.session = Some(token.ok_or_else(|| Failure::usage("nobody is logged in").next("strongctl login"))?);
    }
    if !args.allow_remote {
        only_here(&options)?;
    }
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = args.threads.and_then(|threads| usize::try_from(threads).ok()) {
        builder.worker_threads(threads);
    }
    let runtime = builder.enable_all().build();
    let runtime = runtime.map_err(|error| Failure::usage(format!("no reactor: {error}")))?;
    let report = runtime.block_on(play(args, scenario, &options))?;
    if let Some(path) = &args.hdr {
        write(path, &histogram_log::render(&report)?)?;
    }
    if let Some(path) = &args.html {
        write(path, html::render(&report).as_bytes())?;
    }
    output.show(&report.json(), || report.text())?;
    Ok(if report.broken.is_empty() { 0 } else { 5 })
}

/// Refuses what is not of this machine: load belongs where it cannot hurt.
fn only_here(options: &Options) -> Result<(), Failure> {
    for address in &options.addresses {
        let found: Vec<_> = address.to_socket_addrs().map(Iterator::collect).unwrap_or_default();
        if !found.iter().all(|address| address.ip().is_loopback()) {
            return Err(Failure::usage(format!("{address} is not of this machine"))
                .next("--allow-remote loads it; only with its owner's leave"));
        }
    }
    Ok(())
}

fn write(path: &std::path::Path, content: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, content).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

async fn play(args: &Load, scenario: Scenario, options: &Options) -> Result<Report, Failure> {
    let routes = Route::all(options)?;
    let first = routes.first().ok_or_else(|| Failure::usage("no address"))?;
    let values = player::prepare(&scenario, first, options.deadlines.call).await?;
    let connections = usize::try_from(args.connections).unwrap_or(1);
    let pace = args.rate.map_or(Pace::Closed, |rate| Pace::Open { rate, ramp: args.ramp });
    let depth = args.depth.and_then(|depth| usize::try_from(depth).ok());
    let depth = depth.unwrap_or(if args.rate.is_some() { OPEN_DEPTH } else { 1 });
    let shards = tokio::runtime::Handle::current().metrics().num_workers() * SHARDS;
    let recorder = Recorder::new(shards, scenario.requests.len(), routes.len());
    let plan = Arc::new(Plan {
        scenario,
        values,
        routes,
        connections,
        depth,
        patience: options.deadlines.call,
        seed: args.seed,
        budget: AtomicU64::new(args.count.unwrap_or(u64::MAX)),
        recorder,
    });
    let (stop, over) = watch::channel(false);
    let (begin, wall) = (Instant::now(), SystemTime::now());
    let is_stopped = Arc::new(AtomicBool::new(false));
    let mut due = Vec::new();
    let mut players = JoinSet::new();
    for index in 0..connections {
        let listener = args.rate.is_some().then(|| {
            let (sender, listener) = mpsc::unbounded_channel();
            due.push(sender);
            listener
        });
        let player = Player::new(&plan, index, listener);
        let over = over.clone();
        // In a closed loop the ramp is one of connections.
        let wait = match pace {
            Pace::Closed => args.ramp * ratio(index, connections),
            Pace::Open { .. } => 0.0,
        };
        players.spawn(async move {
            sleep_until(begin + Duration::from_secs_f64(wait)).await;
            player.play(over).await;
        });
    }
    drop(over);
    let pacing = Arc::clone(&is_stopped);
    let pacer = std::thread::spawn(move || pace.keep(begin, &due, &pacing));
    let bar = progress(args.quiet);
    let warm = begin + Duration::from_secs_f64(args.warm_up);
    let mut is_done = args.warm_up > 0.0 && until(warm, &mut players).await;
    // Where everything was over within the warm-up, the warm-up is all there is.
    let (counted_from, wall) = if is_done || args.warm_up == 0.0 {
        (begin, wall)
    } else {
        plan.recorder.clear();
        (Instant::now(), SystemTime::now())
    };
    let end = counted_from + Duration::from_secs_f64(args.duration);
    let mut intervals: Vec<Interval> = Vec::new();
    let mut last = counted_from;
    while !is_done && last < end {
        is_done = until((last + INTERVAL).min(end), &mut players).await;
        last = keep(&plan, &mut intervals, counted_from, last, &bar);
    }
    if intervals.is_empty() {
        last = keep(&plan, &mut intervals, counted_from, last, &bar);
    }
    let counted = if is_done { last } else { Instant::now() };
    // What is answered after the end would make the rate higher than it was.
    let totals = plan.recorder.totals();
    // Nobody listens any more where all have ended by themselves.
    let _ = stop.send(true);
    is_stopped.store(true, Ordering::Relaxed);
    while players.join_next().await.is_some() {}
    bar.finish_and_clear();
    drop(pacer.join());
    let seconds = counted.max(last).saturating_duration_since(counted_from).as_secs_f64();
    Ok(Report::new(&plan, args, pace, totals, (wall, seconds), intervals))
}

/// Waits until then, or until every player has ended; whether they have.
async fn until(when: Instant, players: &mut JoinSet<()>) -> bool {
    tokio::select! {
        () = sleep_until(when) => false,
        () = async { while players.join_next().await.is_some() {} } => true,
    }
}

/// Keeps what was seen since `last`, and tells it; when that was.
fn keep(plan: &Plan, intervals: &mut Vec<Interval>, begin: Instant, last: Instant, bar: &ProgressBar) -> Instant {
    let now = Instant::now();
    let length = now.saturating_duration_since(last).as_secs_f64();
    let interval = plan.recorder.interval(now.saturating_duration_since(begin).as_secs_f64(), length);
    bar.set_message(report::line(&interval));
    intervals.push(interval);
    now
}

fn progress(is_quiet: bool) -> ProgressBar {
    if is_quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{elapsed} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.set_message("warming up");
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

#[expect(clippy::cast_precision_loss, reason = "connections are few")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
