//! Servers in processes of their own: the product and the bare echo, as they are or under callgrind.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};

use crate::machine;
use crate::net::{Peer, client, handshakes, idle};
use crate::site::{Exchange, Site, tenant_name};

/// How long a server may take to end and to write what callgrind has counted.
const END: Duration = Duration::from_secs(60);

/// A server that runs; it is killed when it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    profile: Option<PathBuf>,
    /// From its start until it accepted connections, and the processor time of that.
    start: (Duration, f64),
}

/// What to put in front of a program.
fn under(program: &Path, profile: Option<&Path>) -> Command {
    let Some(profile) = profile else { return Command::new(program) };
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--tool=callgrind"]);
    command.arg(format!("--callgrind-out-file={}", profile.display())).arg(program);
    // With one worker the counts repeat: none looks for work of another.
    command.env("TOKIO_WORKER_THREADS", "1");
    command
}

impl Server {
    /// The product.
    ///
    /// # Errors
    /// It does not start.
    pub fn product(site: &Site, profile: Option<&Path>) -> anyhow::Result<Self> {
        let mut command = under(&machine::sibling("strongroom")?, profile);
        command.arg("serve").arg("--config").arg(site.directory().join("strongroom.toml"));
        Self::start(command, profile)
    }

    /// The bare server that answers so many bytes, with as many threads as the product.
    ///
    /// # Errors
    /// It does not start.
    pub fn echo(site: &Site, reply: usize, profile: Option<&Path>) -> anyhow::Result<Self> {
        let mut command = under(&std::env::current_exe()?, profile);
        let (certificate, key) = site.files().pair("server");
        command.arg("echo").arg("--ca").arg(site.files().ca());
        command.arg("--certificate").arg(certificate).arg("--key").arg(key).arg(format!("--reply={reply}"));
        Self::start(command, profile)
    }

    fn start(mut command: Command, profile: Option<&Path>) -> anyhow::Result<Self> {
        let begun = Instant::now();
        let what = || format!("{command:?}");
        let what = what();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| what.clone())?;
        let mut lines = BufReader::new(child.stdout.take().context("its standard output")?).lines();
        let ready = lines.find_map(|line| line.ok()?.strip_prefix("ready: tls=").map(str::to_owned));
        let address = ready.and_then(|line| line.split(' ').next()?.parse().ok());
        let Some(address) = address else {
            let _ = child.kill();
            let _ = child.wait();
            anyhow::bail!("it did not start: {what}");
        };
        let start = (begun.elapsed(), machine::seconds_of(child.id())?);
        Ok(Self { child, address, profile: profile.map(Path::to_owned), start })
    }

    /// Its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// From its start until it accepted connections, in seconds; and the processor time of that.
    #[must_use]
    pub fn start_seconds(&self) -> (f64, f64) {
        (self.start.0.as_secs_f64(), self.start.1)
    }

    /// How a client of a tenant reaches it.
    #[must_use]
    pub fn peer(&self, site: &Site, tenant: u32) -> Peer {
        let (certificate, key) = site.files().client(&tenant_name(tenant));
        Peer { address: self.address, ca: site.files().ca(), certificate, key, process: self.id() }
    }

    /// Ends it; the instructions that callgrind has counted.
    ///
    /// # Errors
    /// It does not end, or was not under callgrind.
    pub fn instructions(mut self) -> anyhow::Result<u64> {
        let profile = self.profile.clone().context("not under callgrind")?;
        let process = Pid::from_raw(i32::try_from(self.id())?).context("a process id")?;
        kill_process(process, Signal::TERM)?;
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            anyhow::ensure!(begun.elapsed() < END, "a server under callgrind does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
        counted(&profile)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The sum in a file of callgrind's.
///
/// # Errors
/// There is none.
pub fn counted(profile: &Path) -> anyhow::Result<u64> {
    let text = fs::read_to_string(profile).with_context(|| profile.display().to_string())?;
    let line = text.lines().rev().find_map(|line| line.strip_prefix("totals: ").or(line.strip_prefix("summary: ")));
    Ok(line.context("no totals")?.trim().parse()?)
}

/// Runs this program with other arguments and reads what it prints.
fn ours<T: serde::de::DeserializeOwned>(arguments: &[String]) -> anyhow::Result<T> {
    let output = Command::new(std::env::current_exe()?).args(arguments).stderr(Stdio::inherit()).output()?;
    anyhow::ensure!(output.status.success(), "goals {} failed", arguments.join(" "));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// How to load a server.
#[derive(Clone, Debug, Default)]
pub struct Loading {
    /// Connections.
    pub connections: usize,
    /// Requests on their way on each.
    pub depth: usize,
    /// Seconds that count.
    pub seconds: f64,
    /// Batches on each connection instead.
    pub batches: Option<u64>,
    /// Requests a second.
    pub rate: Option<f64>,
    /// The requests are no frames.
    pub is_text: bool,
}

impl Loading {
    /// A closed loop.
    #[must_use]
    pub fn closed(connections: usize, depth: usize, seconds: f64) -> Self {
        Self { connections, depth, seconds, ..Self::default() }
    }

    /// So many batches on one connection.
    #[must_use]
    pub fn counted(depth: usize, batches: u64) -> Self {
        Self { connections: 1, depth, batches: Some(batches), ..Self::default() }
    }

    /// The same for a server of another protocol.
    #[must_use]
    pub fn text(self) -> Self {
        Self { is_text: true, ..self }
    }

    /// The arguments of the client.
    #[must_use]
    pub fn arguments(&self, peer: &Peer, requests: &Path, exchange: &Exchange) -> Vec<String> {
        let mut arguments = vec!["client".to_owned()];
        arguments.extend(peer.arguments());
        arguments.extend([
            format!("--requests={}", requests.display()),
            format!("--reply={}", exchange.reply),
            format!("--connections={}", self.connections),
            format!("--depth={}", self.depth),
            format!("--seconds={}", self.seconds),
        ]);
        arguments.extend(self.batches.map(|batches| format!("--batches={batches}")));
        arguments.extend(self.rate.map(|rate| format!("--rate={rate}")));
        arguments.extend(self.is_text.then(|| "--text".to_owned()));
        arguments
    }

    /// Loads a server with one request.
    ///
    /// # Errors
    /// It does not answer as it should.
    pub fn play(&self, site: &Site, peer: &Peer, exchange: &Exchange) -> anyhow::Result<client::Load> {
        let requests = site.file("request", &exchange.request)?;
        ours(&self.arguments(peer, &requests, exchange))
    }

    /// Loads it with many, one a line.
    ///
    /// # Errors
    /// It does not answer as it should.
    pub fn play_all(&self, requests: &Path, peer: &Peer, exchange: &Exchange) -> anyhow::Result<client::Load> {
        ours(&self.arguments(peer, requests, exchange))
    }
}

/// A load that goes on beside another; it ends when it is dropped.
#[derive(Debug)]
pub struct Background(Child);

impl Background {
    /// Begins, and leaves it time to get going.
    ///
    /// # Errors
    /// There is no process to be had.
    pub fn start(loading: &Loading, site: &Site, peer: &Peer, exchange: &Exchange) -> anyhow::Result<Self> {
        let requests = site.file("background", &exchange.request)?;
        Self::run(&loading.arguments(peer, &requests, exchange))
    }

    /// As a client that has passwords derived, one after the other.
    ///
    /// # Errors
    /// There is no process to be had.
    pub fn occupy(peer: &Peer) -> anyhow::Result<Self> {
        let mut arguments = vec!["occupy".to_owned()];
        arguments.extend(peer.arguments());
        Self::run(&arguments)
    }

    fn run(arguments: &[String]) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let child = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        std::thread::sleep(Duration::from_millis(300));
        Ok(Self(child))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Makes connections one after the other.
///
/// # Errors
/// One is refused.
pub fn handshakes(peer: &Peer, count: u32, resumed: bool, exchange: &Exchange) -> anyhow::Result<()> {
    let args = handshakes::Args {
        peer: peer.clone(),
        count,
        resumed,
        request: exchange.request.clone(),
        reply: exchange.reply,
    };
    handshakes::run(&args)
}

/// Holds connections that each sent one request.
///
/// # Errors
/// One is refused.
pub fn idle(site: &Site, peer: &Peer, connections: usize, exchange: &Exchange) -> anyhow::Result<idle::Idle> {
    let request = site.file("request", &exchange.request)?;
    let mut arguments = vec!["idle".to_owned()];
    arguments.extend(peer.arguments());
    arguments.extend([
        format!("--request={}", request.display()),
        format!("--reply={}", exchange.reply),
        format!("--connections={connections}"),
    ]);
    ours(&arguments)
}
