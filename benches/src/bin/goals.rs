//! Measures the goals of the project's speed and prints how they stand; `benches/README.md` says how to run it.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use benches::goals::{Line, Run, THEMES, peers, store, table};
use benches::limits;
use benches::machine;
use benches::net::{Peer, client, echo, handshakes, idle, occupy};
use benches::spin;
use clap::Parser as _;
use serde::Serialize;
use time::OffsetDateTime;

/// Measures the goals and prints how they stand.
#[derive(Debug, clap::Parser)]
#[command(name = "goals", max_term_width = 100)]
struct Args {
    /// Only these rows; may be given several times
    #[arg(long, value_name = "ROW")]
    only: Vec<u8>,
    /// So short that only counts mean something
    #[arg(long)]
    quick: bool,
    /// Fail where a line is beyond its limit
    #[arg(long)]
    check: bool,
    /// Put the table into this file, between its markers
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    #[command(subcommand)]
    part: Option<Part>,
}

/// What runs in a process of its own.
#[derive(Debug, clap::Subcommand)]
#[command(hide = true)]
enum Part {
    Echo(echo::Args),
    Client(client::Args),
    Idle(idle::Args),
    Handshakes(handshakes::Args),
    Occupy(Peer),
    Commits(store::Args),
    Peers(peers::Args),
    Spin { name: String, runs: u32 },
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nowhere left to say that even this failed.
            let _ = writeln!(std::io::stderr(), "goals: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> anyhow::Result<()> {
    match &args.part {
        None => measure(args),
        Some(Part::Echo(args)) => echo::run(args),
        Some(Part::Client(args)) => print(&client::run(args)?),
        Some(Part::Idle(args)) => print(&idle::run(args)?),
        Some(Part::Handshakes(args)) => handshakes::run(args),
        Some(Part::Occupy(peer)) => occupy::run(peer),
        Some(Part::Commits(args)) => print(&store::run(args)?),
        Some(Part::Peers(args)) => {
            let (rates, lines) = peers::run(args)?;
            let lines = if args.quick { lines } else { kept(&lines)?.into_iter().filter(|it| it.row >= 23).collect() };
            let text = format!("{}\n{}", peers::markdown(&rates), table::markdown(&lines));
            Ok(std::io::stdout().write_all(text.as_bytes())?)
        }
        Some(Part::Spin { name, runs }) => {
            let mut work = spin::work(name)?;
            (0..*runs).for_each(|_| work());
            Ok(())
        }
    }
}

fn print(value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(std::io::stdout().lock(), value)?;
    Ok(())
}

fn measure(args: &Args) -> anyhow::Result<()> {
    let run = Run { only: args.only.iter().copied().collect::<BTreeSet<_>>(), quick: args.quick };
    let _ = machine::raise_descriptors();
    let mut lines = Vec::new();
    for (rows, theme) in THEMES.iter().filter(|(rows, _)| run.wants(rows)) {
        let _ = writeln!(std::io::stderr(), "measuring row {rows:?}");
        lines.extend(
            theme(&run).with_context(|| format!("row {rows:?}"))?.into_iter().filter(|line| run.wants(&[line.row])),
        );
    }
    // What is short means nothing, so it is not kept.
    let lines = if run.quick { lines } else { kept(&lines)? };
    let text = table::markdown(&lines);
    std::io::stdout().write_all(text.as_bytes())?;
    if let Some(path) = &args.write {
        write(path, &text)?;
    }
    if args.check { check(&lines) } else { Ok(()) }
}

/// Refuses lines beyond their limits, and limits of lines that were not measured although their row was.
fn check(lines: &[Line]) -> anyhow::Result<()> {
    for (row, begins, limit) in limits::LINES {
        let mut of_row = lines.iter().filter(|line| line.row == *row).peekable();
        if of_row.peek().is_none() {
            continue;
        }
        let line = of_row.find(|line| line.what.starts_with(begins));
        let measured = line.and_then(|line| line.measured).with_context(|| format!("row {row}: no {begins}"))?;
        anyhow::ensure!(measured <= *limit, "row {row}: {begins}: {measured:.2} is more than the limit of {limit}");
    }
    Ok(())
}

/// These lines with those of earlier runs.
fn kept(lines: &[Line]) -> anyhow::Result<Vec<Line>> {
    let directory = std::env::current_exe()?.parent().context("a directory of programs")?.join("../goals");
    std::fs::create_dir_all(&directory)?;
    table::merge(&directory.join("lines.json"), lines)
}

/// Puts the table between the markers of a page.
fn write(path: &Path, table: &str) -> anyhow::Result<()> {
    const MARKERS: [&str; 2] = ["<!-- table -->\n", "<!-- end of table -->"];
    let page = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let [begin, end] = MARKERS.map(|marker| page.find(marker));
    let (begin, end) = begin.zip(end).with_context(|| format!("{}: no markers", path.display()))?;
    let begin = begin + MARKERS[0].len();
    let (date, processor) = (OffsetDateTime::now_utc().date(), machine::processor());
    let new = format!("{}Measured on {date} on {processor}.\n\n{table}{}", &page[..begin], &page[end..]);
    Ok(std::fs::write(path, new)?)
}
