//! Instructions by callgrind: the same on every machine, however busy it is. Two runs that differ in how often they do the
//! work differ by the work.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;

use crate::process::{self, Loading, Server, counted};
use crate::site::{Exchange, Site};

/// Runs that come first, for what happens once.
const FEW: u32 = 10;

/// A server that is to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Strongroom.
    Product,
    /// The bare server.
    Echo,
}

/// Instructions of one run of a piece of work by name.
///
/// # Errors
/// valgrind is not installed, or the work fails.
pub fn spin(name: &str, runs: u32) -> anyhow::Result<f64> {
    let spun = |runs| {
        let profile = tempfile::NamedTempFile::new()?;
        let out = format!("--callgrind-out-file={}", profile.path().display());
        spun(&["--quiet", "--tool=callgrind", &out], name, runs)?;
        counted(profile.path())
    };
    Ok(difference(spun(FEW)?, spun(FEW + runs)?) / f64::from(runs))
}

/// Heap allocations of one run of a piece of work by name, as valgrind's DHAT counts them.
///
/// # Errors
/// valgrind is not installed, or the work fails.
pub fn allocations(name: &str, runs: u32) -> anyhow::Result<f64> {
    let spun = |runs| {
        let told = spun(&["--tool=dhat", "--dhat-out-file=/dev/null"], name, runs)?;
        let blocks =
            told.lines().find_map(|line| line.split_once("Total:")?.1.split_once(" in ")?.1.strip_suffix(" blocks"));
        anyhow::Ok(blocks.context("no total of DHAT's")?.replace(',', "").parse()?)
    };
    Ok(difference(spun(FEW)?, spun(FEW + runs)?) / f64::from(runs))
}

/// Does a piece of work under valgrind; what that tells.
fn spun(tool: &[&str], name: &str, runs: u32) -> anyhow::Result<String> {
    let mut command = Command::new("valgrind");
    command.args(tool).arg(std::env::current_exe()?).args(["spin", name, &runs.to_string()]);
    let output = command.output().context("valgrind")?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    anyhow::ensure!(output.status.success(), "spin {name} fails under valgrind: {told}");
    Ok(told)
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn difference(few: u64, many: u64) -> f64 {
    many as f64 - few as f64
}

/// Instructions of a server for what `load` does to it.
fn total(
    site: &Site,
    which: Which,
    exchange: &Exchange,
    load: impl FnOnce(&Server) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let profile: PathBuf = site.directory().join("callgrind.out");
    let server = match which {
        Which::Product => Server::product(site, Some(&profile))?,
        Which::Echo => Server::echo(site, exchange.reply, Some(&profile))?,
    };
    load(&server)?;
    server.instructions()
}

/// Instructions of a server for one request on one connection, `depth` of them on their way at a time.
///
/// # Errors
/// callgrind is not installed, or the server does not answer.
pub fn request(site: &Site, which: Which, exchange: &Exchange, depth: usize, batches: u64) -> anyhow::Result<f64> {
    let play = |batches| {
        total(site, which, exchange, |server| {
            Loading::counted(depth, batches).play(site, &server.peer(site, 0), exchange).map(drop)
        })
    };
    let few = 50;
    let counts = difference(play(few)?, play(few + batches)?);
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let requests = (batches * u64::try_from(depth)?) as f64;
    Ok(counts / requests)
}

/// Instructions of a server for one connection with one request.
///
/// # Errors
/// callgrind is not installed, or the server does not answer.
pub fn handshake(site: &Site, which: Which, exchange: &Exchange, resumed: bool, count: u32) -> anyhow::Result<f64> {
    let few = 5;
    let make = |count| {
        total(site, which, exchange, |server| process::handshakes(&server.peer(site, 0), count, resumed, exchange))
    };
    Ok(difference(make(few)?, make(few + count)?) / f64::from(count))
}
