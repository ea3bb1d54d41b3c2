//! What the system says of processes and of itself: processor time, memory, descriptors. Linux only.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::ClockId;
use rustix::time::clock_gettime;

/// Processor time of this thread in seconds.
#[must_use]
pub fn thread_seconds() -> f64 {
    seconds(ClockId::ThreadCPUTime)
}

/// Processor time of this process in seconds.
#[must_use]
pub fn process_seconds() -> f64 {
    seconds(ClockId::ProcessCPUTime)
}

#[expect(clippy::cast_precision_loss, reason = "times of minutes")]
fn seconds(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// Processor time of another process in seconds, its threads together; to the nanosecond, where `stat` has ticks.
///
/// # Errors
/// There is no such process.
pub fn seconds_of(process: u32) -> anyhow::Result<f64> {
    let mut nanoseconds = 0.0;
    for thread in fs::read_dir(format!("/proc/{process}/task")).with_context(|| format!("process {process}"))? {
        // A thread may end meanwhile.
        let Ok(text) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        nanoseconds += text.split(' ').next().and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    }
    Ok(nanoseconds * 1e-9)
}

/// Processor seconds of the whole machine: used, and used or idle.
#[derive(Clone, Copy, Debug)]
pub struct Whole {
    used: f64,
    all: f64,
}

impl Whole {
    /// Up to now.
    #[must_use]
    pub fn now() -> Self {
        let text = fs::read_to_string("/proc/stat").unwrap_or_default();
        let ticks = text.lines().next().unwrap_or_default().split_whitespace().skip(1);
        let ticks: Vec<f64> = ticks.take(8).filter_map(|field| field.parse().ok()).collect();
        let all: f64 = ticks.iter().sum();
        let idle: f64 = ticks.iter().skip(3).take(2).sum();
        Self { used: (all - idle) / 100.0, all: all / 100.0 }
    }

    /// The share of the machine that others took since, who are not those that used `ours` seconds.
    #[must_use]
    pub fn foreign_share(&self, ours: f64) -> f64 {
        let now = Self::now();
        let all = now.all - self.all;
        if all <= 0.0 { 0.0 } else { ((now.used - self.used - ours) / all).clamp(0.0, 1.0) }
    }
}

/// Bytes of a process's memory that are in RAM.
///
/// # Errors
/// There is no such process.
pub fn resident(process: u32) -> anyhow::Result<f64> {
    let path = format!("/proc/{process}/smaps_rollup");
    let text = fs::read_to_string(&path).with_context(|| path.clone())?;
    let kibibytes =
        text.lines().find_map(|line| line.strip_prefix("Rss:")?.split_whitespace().next()?.parse::<f64>().ok());
    Ok(kibibytes.with_context(|| format!("no Rss in {path}"))? * 1024.0)
}

/// Lets this process, and those that it starts, have as many descriptors as the system gives; how many these are.
#[must_use]
pub fn raise_descriptors() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        // What is left is told below.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    }
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// The processor's name.
#[must_use]
pub fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.split_once(':').map(|(_, value)| value.trim().to_owned())
    };
    let count = text.lines().filter(|line| line.starts_with("processor")).count();
    format!("{count} x {}", field("model name").unwrap_or_else(|| "unknown".to_owned()))
}

/// A program beside this one, as cargo puts them.
///
/// # Errors
/// It has not been built.
pub fn sibling(name: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(name);
    anyhow::ensure!(path.exists(), "{} is not built; benches/goals builds it", path.display());
    Ok(path)
}
