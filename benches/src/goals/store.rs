//! Rows of durable changes: the product's committer over its file, against a bare append and `fdatasync`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use engine::audit::Chains;
use engine::{Channel, Origin, Session};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use server::committer::Committer;
use server::metrics::Metrics;
use server::service::Party;
use server::store::file::File;
use server::store::{Opened, Store as _};

use super::{Goal, Line, Run};
use crate::hsm::{self, InProcess};
use crate::machine::Whole;
use crate::rounds::median;

/// Bytes of a record, about.
const RECORD: usize = 300;

/// What it takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Writers at a time; a bare append where it is 0.
    #[arg(long)]
    pub writers: u32,
    /// Seconds.
    #[arg(long)]
    pub seconds: f64,
}

/// What was seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Commits {
    /// Changes that were acknowledged.
    pub count: u64,
    /// A second.
    pub rate: f64,
    /// Median time of one in microseconds.
    pub p50: f64,
}

/// Commits for a while.
///
/// # Errors
/// The disk fails.
pub fn run(args: &Args) -> anyhow::Result<Commits> {
    let directory = std::env::current_exe()?.parent().context("a directory of programs")?.join("../goals");
    std::fs::create_dir_all(&directory)?;
    let directory = tempfile::Builder::new().prefix("commits-").tempdir_in(directory)?;
    let duration = Duration::from_secs_f64(args.seconds);
    let begun = Instant::now();
    let times = if args.writers == 0 {
        append(directory.path(), duration)?
    } else {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(committed(directory.path(), args.writers, duration))?
    };
    let elapsed = begun.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "thousands, and microseconds")]
    let (rate, p50) = (times.len() as f64 / elapsed, times.value_at_quantile(0.5) as f64 / 1e3);
    Ok(Commits { count: times.len(), rate, p50 })
}

fn append(directory: &std::path::Path, duration: Duration) -> anyhow::Result<Histogram<u64>> {
    let mut file = OpenOptions::new().create_new(true).append(true).open(directory.join("appended"))?;
    let (mut times, begun) = (Histogram::new(3)?, Instant::now());
    while begun.elapsed() < duration {
        let now = Instant::now();
        file.write_all(&[0x5A; RECORD])?;
        file.sync_data()?;
        times.record(u64::try_from(now.elapsed().as_nanos())?)?;
    }
    Ok(times)
}

async fn committed(directory: &std::path::Path, writers: u32, duration: Duration) -> anyhow::Result<Histogram<u64>> {
    let mut first = InProcess::new();
    let key = first.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
    let hsm = first.hsm();
    let store = File::create(&directory.join("store"))?;
    let opened = Opened { revision: store.revision()?, store: Box::new(store), chains: Chains::default() };
    let (committer, _) = Committer::start(Arc::clone(&hsm), opened, Arc::new(Metrics::new()?))?;
    let tenant = hsm.snapshot().find("default").context("the tenant")?;
    let begun = Instant::now();
    let mut running = Vec::new();
    for slot in 0..writers {
        let (committer, key) = (committer.clone(), key.clone());
        let session = Session::new(Channel::Application(tenant), Origin::default());
        let mut party = Box::new(Party { session, random: hsm::generator(slot) });
        running.push(tokio::spawn(async move {
            let mut times = Histogram::<u64>::new(3)?;
            let frames = [format!("[AOGPKA;RC{slot};BG{key};]"), format!("[AOGPKD;RC{slot};]")];
            for frame in frames.iter().cycle() {
                if begun.elapsed() >= duration {
                    break;
                }
                let request = hsm::kept(frame.as_bytes());
                let now = Instant::now();
                let (back, result) = committer.serve(party, request).await;
                result?;
                times.record(u64::try_from(now.elapsed().as_nanos())?)?;
                party = back.context("the party comes back")?;
            }
            anyhow::Ok(times)
        }));
    }
    let mut all = Histogram::new(3)?;
    for writer in running {
        all.add(writer.await??)?;
    }
    Ok(all)
}

/// Runs this program to commit; under `strace`, the calls that force data to the disk are counted.
fn commits(writers: u32, seconds: f64, counted: bool) -> anyhow::Result<(Commits, f64)> {
    let program = std::env::current_exe()?;
    let counts = tempfile::NamedTempFile::new()?;
    let mut command = if counted { Command::new("strace") } else { Command::new(&program) };
    if counted {
        command.args(["-f", "-c", "-e", "trace=fsync,fdatasync", "-o"]).arg(counts.path()).arg(&program);
    }
    command.arg("commits").arg(format!("--writers={writers}")).arg(format!("--seconds={seconds}"));
    let output = command.stderr(Stdio::inherit()).output().context("strace")?;
    anyhow::ensure!(output.status.success(), "commits failed");
    let text = std::fs::read_to_string(counts.path())?;
    let is_sync = |line: &&str| line.trim_end().ends_with("sync");
    let calls = text.lines().filter(is_sync).filter_map(|line| line.split_whitespace().nth(3)?.parse::<f64>().ok());
    Ok((serde_json::from_slice(&output.stdout)?, calls.sum()))
}

/// Rows 19 and 20: one writer against the bare append, and many writers against one.
///
/// # Errors
/// strace is not installed, or the disk fails.
pub fn commits_rows(run: &Run) -> anyhow::Result<Vec<Line>> {
    let (mut over_append, mut over_one, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    let whole = Whole::now();
    for _ in 0..run.pairs() {
        let (bare, one, eight) = (
            commits(0, run.seconds(), false)?.0,
            commits(1, run.seconds(), false)?.0,
            commits(8, run.seconds(), false)?.0,
        );
        over_append.push(one.p50 / bare.p50);
        over_one.push(eight.rate / one.rate);
        notes.push(one.p50);
    }
    // Who waits for the disk uses little; all that was used counts as foreign.
    let foreign = whole.foreign_share(0.0);
    let (many, syncs) = commits(64, run.seconds() * 2.0, true)?;
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let per_commit = syncs / many.count as f64;
    Ok(vec![
        Line::waiting(
            19,
            "durable change, one writer: p50 over append and fdatasync",
            median(over_append),
            Goal::Most(2.0, 1.2),
            foreign,
        )
        .noted(format!("{:.0} us", median(notes))),
        Line::waiting(
            20,
            "durable changes/s, eight writers over one",
            median(over_one),
            Goal::Least(3.0, 4.0),
            foreign,
        ),
        Line::new(20, "fsyncs of a durable change, 64 writers", per_commit, Goal::Most(0.25, 0.1)),
    ])
}
