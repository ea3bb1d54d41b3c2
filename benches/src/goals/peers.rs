//! The same job by others: libraries in process, servers over mutual TLS. `benches/peers` installs what this needs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use serde::Deserialize;

use super::over_tls::Pairs;
use super::{Goal, Line, Run};
use crate::net::Peer;
use crate::process::{Loading, Server};
use crate::rounds::median;
use crate::site::{ENCRYPT, Exchange, Site, Size, WRAP};
use crate::spin;

/// Bytes of the value that redis and nginx give, as many as a reply of ours.
const VALUE: usize = 170;
/// The PIN of the token that `benches/peers` makes.
const PIN: &str = "1234";
/// Connections to each server.
const CONNECTIONS: usize = 64;

/// What it takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Where `benches/peers` has built what it needs.
    #[arg(long)]
    pub work: PathBuf,
    /// Sources of the peers' clients.
    #[arg(long)]
    pub sources: PathBuf,
    /// So short that the figures mean little.
    #[arg(long)]
    pub quick: bool,
}

/// One line of the table of peers.
#[derive(Clone, Debug)]
pub struct Rate {
    /// Who does what.
    pub what: String,
    /// Operations a second by the clock.
    pub rate: f64,
    /// Processor time of one, in microseconds: in process, or of the server.
    pub cpu: f64,
    /// Processor time of what is most like it and ours.
    pub ours: f64,
    /// How the work differs from ours.
    pub note: &'static str,
}

/// What a client of PKCS #11 tells.
#[derive(Deserialize)]
struct Pkcs11 {
    wrap: Option<Timed>,
    encrypt: Option<Timed>,
}

#[derive(Clone, Copy, Deserialize)]
struct Timed {
    cpu: f64,
    rate: f64,
}

/// What a client of psec tells.
#[derive(Deserialize)]
struct Psec {
    wrap: f64,
    unwrap: f64,
}

/// What a client of PyKMIP tells.
#[derive(Deserialize)]
struct Kmip {
    rate: f64,
    server: f64,
}

/// Measures everybody: the table of peers, and rows 23 to 25.
///
/// # Errors
/// Something is not installed, or does not answer.
pub fn run(args: &Args) -> anyhow::Result<(Vec<Rate>, Vec<Line>)> {
    let run = Run { quick: args.quick, ..Run::default() };
    let site = Site::new(Size::SMALL)?;
    let [ours, psec, softhsm, remote] = in_process(args, &run)?;
    let mut rates = ours;
    let wrap = rates.first().context("our own")?.cpu;
    let softhsm_wrap = softhsm.first().context("SoftHSM2's")?.cpu;
    let psec_wrap = psec.first().context("psec's")?.cpu;
    rates.extend(psec.into_iter().chain(softhsm).chain(remote));
    let (servers, mut lines, encrypt) = servers(&run, &site, softhsm_wrap)?;
    rates.push(kmip(args, &site, run.seconds() * 2.0, encrypt)?);
    rates.extend(servers);
    lines.push(Line::new(24, "wraps a second over psec's", psec_wrap / wrap, Goal::Least(300.0, 640.0)));
    lines.push(
        Line::new(24, "wraps a second over SoftHSM2's C_WrapKey", softhsm_wrap / wrap, Goal::Least(15.0, 34.0))
            .noted("ours makes a key block, theirs RFC 3394"),
    );
    lines.push(Line::missing(24, "wraps a second over kryoptic's", "neither Debian nor PyPI has it"));
    Ok((rates, lines))
}

fn output<T: serde::de::DeserializeOwned>(command: &mut Command) -> anyhow::Result<T> {
    let what = format!("{command:?}");
    let output = command.output().with_context(|| what.clone())?;
    anyhow::ensure!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Ours, psec, SoftHSM2, and SoftHSM2 behind p11-kit's remoting.
fn in_process(args: &Args, run: &Run) -> anyhow::Result<[Vec<Rate>; 4]> {
    let (mut wrap, mut unwrap) = (spin::work("wrap")?, spin::work("unwrap")?);
    let (mut encrypt, mut carried) = (spin::work("ECID, slot")?, spin::work("carried")?);
    let times = run.rounds().measure([&mut *wrap, &mut *unwrap, &mut *encrypt, &mut *carried]);
    let [wrap, unwrap, encrypt, carried] = times.map(|nanoseconds| nanoseconds / 1e3);
    let rate = |what: &str, cpu: f64, ours, note| Rate { what: what.to_owned(), rate: 1e6 / cpu, cpu, ours, note };
    let ours = vec![
        rate("Strongroom, TR-31 D wrap, in process", wrap, wrap, ""),
        rate("Strongroom, TR-31 D unwrap, in process", unwrap, unwrap, ""),
        rate("Strongroom, wrap under a KBPK that comes in a block", carried, carried, "unwraps, derives, wraps"),
        rate("Strongroom, ECID in process, bytes to bytes", encrypt, encrypt, "AES-ECB of 16 bytes under a stored key"),
    ];
    let python = args.work.join("venv/bin/python");
    let psec: Psec = output(Command::new(&python).arg(args.sources.join("psec_wrap.py")))?;
    let note = "the same key block, in Python; derives its keys each time";
    let psec = vec![
        rate("psec, TR-31 D wrap", psec.wrap, wrap, note),
        rate("psec, TR-31 D unwrap", psec.unwrap, unwrap, note),
    ];
    let mut clients = Vec::new();
    for _ in 0..run.pairs().min(5) {
        clients.push(pkcs11(args, "/usr/lib/softhsm/libsofthsm2.so", None, run.seconds())?);
    }
    let of = |name: &str, pick: &dyn Fn(&Pkcs11) -> Option<Timed>, ours, note| {
        let timed: Vec<Timed> = clients.iter().filter_map(pick).collect();
        let median_of = |field: fn(&Timed) -> f64| median(timed.iter().map(field).collect());
        Rate { what: name.to_owned(), rate: median_of(|it| it.rate), cpu: median_of(|it| it.cpu), ours, note }
    };
    let softhsm = vec![
        of(
            "SoftHSM2, C_WrapKey, in process",
            &|it| it.wrap,
            wrap,
            "RFC 3394 of a session key: no header, no MAC of one, no digits",
        ),
        of("SoftHSM2, C_Encrypt, in process", &|it| it.encrypt, encrypt, "AES-ECB of 32 bytes"),
    ];
    let socket = Remote::start(args)?;
    let remote = pkcs11(args, &module(), Some(&socket.address), run.seconds())?;
    let told = remote.encrypt.context("p11-kit refuses C_Encrypt")?;
    let note =
        "AES-ECB of 32 bytes over a local socket without TLS, which takes no C_WrapKey; processor time of the client";
    let what = "SoftHSM2 behind p11-kit, C_Encrypt".to_owned();
    let remote = vec![Rate { what, rate: told.rate, cpu: told.cpu, ours: encrypt, note }];
    Ok([ours, psec, softhsm, remote])
}

/// p11-kit's client, where Debian puts it.
fn module() -> String {
    format!("/usr/lib/{}-linux-gnu/pkcs11/p11-kit-client.so", std::env::consts::ARCH)
}

fn pkcs11(args: &Args, module: &str, remote: Option<&str>, seconds: f64) -> anyhow::Result<Pkcs11> {
    let mut command = Command::new(args.work.join("pkcs11"));
    command.args([module, PIN, &seconds.to_string()]).env("SOFTHSM2_CONF", args.work.join("softhsm2.conf"));
    if let Some(address) = remote {
        command.env("P11_KIT_SERVER_ADDRESS", address);
    }
    output(&mut command)
}

/// p11-kit's server for SoftHSM2.
struct Remote {
    child: Child,
    address: String,
}

impl Remote {
    fn start(args: &Args) -> anyhow::Result<Self> {
        let socket = args.work.join("p11-kit.sock");
        let _ = fs::remove_file(&socket);
        let mut command = Command::new("p11-kit");
        command
            .args(["server", "--foreground", "--provider", "/usr/lib/softhsm/libsofthsm2.so", "--name"])
            .arg(&socket);
        command.arg("pkcs11:token=bench").env("SOFTHSM2_CONF", args.work.join("softhsm2.conf"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let remote = Self { child, address: format!("unix:path={}", socket.display()) };
        wait_for(|| socket.exists(), "p11-kit")?;
        Ok(remote)
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait_for(is_there: impl Fn() -> bool, what: &str) -> anyhow::Result<()> {
    for _ in 0..100 {
        if is_there() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    anyhow::bail!("{what} does not start")
}

fn kmip(args: &Args, site: &Site, seconds: f64, ours: f64) -> anyhow::Result<Rate> {
    let ((certificate, key), (client, client_key)) = (site.files().pair("server"), site.files().client("t0"));
    let mut command = Command::new(args.work.join("venv/bin/python"));
    command.arg("-W").arg("ignore").arg(args.sources.join("pykmip_encrypt.py"));
    command.arg(site.directory()).arg(seconds.to_string());
    command.arg(site.files().ca()).args([certificate, key, client, client_key]);
    let told: Kmip = output(&mut command)?;
    Ok(Rate {
        what: "PyKMIP over mutual TLS, Encrypt, 1 connection".to_owned(),
        rate: told.rate,
        cpu: told.server,
        ours,
        note: "AES-CBC of 32 bytes under a stored key, in Python, TLS 1.2",
    })
}

/// A server of somebody else's with our certificates.
struct Other {
    child: Child,
    peer: Peer,
    exchange: Exchange,
}

impl Drop for Other {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

impl Other {
    fn new(site: &Site, mut command: Command, port: u16, exchange: Exchange) -> anyhow::Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.with_context(|| format!("{command:?}"))?;
        let (certificate, key) = site.files().client("t0");
        let address = server::config::loopback(port);
        let peer = Peer { address, ca: site.files().ca(), certificate, key, process: child.id() };
        let other = Self { child, peer, exchange };
        wait_for(|| std::net::TcpStream::connect(address).is_ok(), exchange_name(&other))?;
        Ok(other)
    }

    fn redis(site: &Site) -> anyhow::Result<Self> {
        let port = free_port()?;
        let ((certificate, key), path) = (site.files().pair("server"), |path: &Path| path.display().to_string());
        let mut command = Command::new("redis-server");
        command.args([
            "--port",
            "0",
            "--bind",
            "127.0.0.1",
            "--tls-port",
            &port.to_string(),
            "--tls-auth-clients",
            "yes",
        ]);
        command.args(["--tls-cert-file", &path(&certificate), "--tls-key-file", &path(&key)]);
        command.args(["--tls-ca-cert-file", &path(&site.files().ca()), "--save", "", "--appendonly", "no"]);
        command.args(["--dir", &path(site.directory())]);
        let request = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n".to_owned();
        let reply = format!("${VALUE}\r\n").len() + VALUE + 2;
        let other = Self::new(site, command, port, Exchange { name: "redis-server, GET", request, reply })?;
        let set = format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${VALUE}\r\n{}\r\n", "x".repeat(VALUE));
        let set = Exchange { name: "SET", request: set, reply: "+OK\r\n".len() };
        Loading::counted(1, 1).text().play(site, &other.peer, &set)?;
        Ok(other)
    }

    fn nginx(site: &Site) -> anyhow::Result<Self> {
        let port = free_port()?;
        let ((certificate, key), ca) = (site.files().pair("server"), site.files().ca());
        let text = format!(
            "daemon off;\nmaster_process off;\npid {dir}/nginx.pid;\nerror_log {dir}/nginx.log;\n\
             events {{ worker_connections 2048; }}\n\
             http {{ access_log off; client_body_temp_path {dir}; proxy_temp_path {dir}; fastcgi_temp_path {dir}; \
             uwsgi_temp_path {dir}; scgi_temp_path {dir}; keepalive_requests 1000000000; tcp_nodelay on;\n\
             server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {key}; \
             ssl_client_certificate {ca}; ssl_verify_client on; ssl_protocols TLSv1.3;\n\
             location / {{ return 200 \"{body}\"; }} }} }}\n",
            dir = site.directory().display(),
            certificate = certificate.display(),
            key = key.display(),
            ca = ca.display(),
            body = "x".repeat(VALUE),
        );
        let configuration = site.file("nginx.conf", &text)?;
        let mut command = Command::new("nginx");
        command.arg("-c").arg(configuration).arg("-e").arg(site.directory().join("nginx.log"));
        let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned();
        let mut exchange = Exchange { name: "nginx, return 200", request, reply: 0 };
        exchange.reply = VALUE + head(VALUE);
        Self::new(site, command, port, exchange)
    }
}

fn exchange_name(other: &Other) -> &'static str {
    other.exchange.name
}

/// Bytes of nginx's head of an answer with so many bytes: server, date, type, length, connection.
fn head(length: usize) -> usize {
    let version = Command::new("nginx").arg("-v").output().map(|output| output.stderr).unwrap_or_default();
    let version = String::from_utf8_lossy(&version).trim().rsplit('/').next().unwrap_or_default().to_owned();
    let lines = [
        "HTTP/1.1 200 OK".to_owned(),
        format!("Server: nginx/{version}"),
        "Date: Wed, 25 Nov 2026 00:00:00 GMT".to_owned(),
        "Content-Type: text/plain".to_owned(),
        format!("Content-Length: {length}"),
        "Connection: keep-alive".to_owned(),
    ];
    lines.iter().map(|line| line.len() + 2).sum::<usize>() + 2
}

/// Servers over mutual TLS, ours and others' in turn, and rows 23 and 25; and what an encryption of ours takes.
fn servers(run: &Run, site: &Site, softhsm: f64) -> anyhow::Result<(Vec<Rate>, Vec<Line>, f64)> {
    let product = Server::product(site, None)?;
    let (redis, nginx) = (Other::redis(site)?, Other::nginx(site)?);
    let (wrap, encrypt) = (site.exchange(WRAP)?, site.exchange(ENCRYPT)?);
    let ours = product.peer(site, 0);
    let (mut rates, mut lines, mut cpus, mut encryption) = (Vec::new(), Vec::new(), BTreeMap::new(), None);
    let goals = [(&redis, 1, Goal::Most(0.75, 0.5)), (&redis, 16, Goal::None), (&nginx, 1, Goal::Most(0.75, 0.5))];
    for (other, depth, goal) in goals {
        let loading = Loading::closed(CONNECTIONS, depth, run.seconds());
        let theirs = loading.clone().text();
        let pairs = Pairs::measure(
            run,
            || theirs.play(site, &other.peer, &other.exchange),
            || loading.play(site, &ours, wrap),
        )?;
        let what = format!("processor time of a wrap over {}, depth {depth}", other.exchange.name);
        lines.push(Line::new(23, what, pairs.ratio(|load| load.server), goal).noted(pairs.note()));
        let note = "a value of 170 bytes, no cryptography but TLS 1.3 with client certificates";
        let [floor, own] = pairs.medians();
        let what = format!("{} over mutual TLS, {CONNECTIONS} connections, depth {depth}", other.exchange.name);
        rates.push(Rate { what, rate: floor.0, cpu: floor.1, ours: own.1, note });
        cpus.entry(depth).or_insert(own);
    }
    for (depth, goal) in [(1, Goal::Most(0.8, 0.4)), (16, Goal::Most(0.15, 0.05))] {
        let Some((rate, cpu)) = cpus.get(&depth).copied() else { continue };
        let what = format!("Strongroom, wrap over mutual TLS, {CONNECTIONS} connections, depth {depth}");
        rates.push(Rate { what, rate, cpu, ours: cpu, note: "" });
        let load = Loading::closed(CONNECTIONS, depth, run.seconds()).play(site, &ours, encrypt)?;
        let what = format!("Strongroom, GPED over mutual TLS, {CONNECTIONS} connections, depth {depth}");
        let note = "unwraps the key of each request, then AES-CBC";
        rates.push(Rate { what, rate: load.rate, cpu: load.server, ours: load.server, note });
        encryption.get_or_insert(load.server);
        let what =
            format!("a wrap over mutual TLS, depth {depth}, over SoftHSM2's C_WrapKey in process, processor time");
        lines.push(Line::new(25, what, cpu / softhsm, goal).noted(format!("{cpu:.2} us / {softhsm:.2} us")));
    }
    Ok((rates, lines, encryption.context("an encryption of ours")?))
}

/// The rates as a table in Markdown.
#[must_use]
pub fn markdown(rates: &[Rate]) -> String {
    let number = super::table::number;
    let mut text = "| what | a second | us of processor | times ours | how the work differs |\n\
        | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for Rate { what, rate, cpu, ours, note } in rates {
        let cells = [what.clone(), number(*rate), number(*cpu), number(cpu / ours), (*note).to_owned()];
        text.push_str("| ");
        text.push_str(&cells.join(" | "));
        text.push_str(" |\n");
    }
    text
}
