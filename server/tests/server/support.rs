//! Starts HSMs and talks to them.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};
use serde_json::Value;
use tempfile::TempDir;

/// No test waits longer; it is there so that a fault fails rather than hangs.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) type TlsStream = StreamOwned<ClientConnection, TcpStream>;

/// The `strongroom` command with a home of its own.
pub(crate) fn strongroom(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
    command.env("HOME", home).env_remove("XDG_STATE_HOME").env_remove("XDG_CONFIG_HOME").env_remove("STRONGROOM_LOG");
    command.stdin(Stdio::null());
    command
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a command that ends by itself.
pub(crate) fn run(command: &mut Command) -> Output {
    command.output().expect("the command starts")
}

/// A process that serves; killed when dropped.
pub(crate) struct Hsm {
    child: Child,
    ready: Value,
    home: PathBuf,
    ended: bool,
}

impl Hsm {
    /// `strongroom dev` on free ports.
    pub(crate) fn dev(home: &Path, arguments: &[&str]) -> Self {
        Self::start(home, strongroom(home).args(["dev", "--port", "0"]).args(arguments))
    }

    /// `strongroom serve` of what [`init`] made.
    pub(crate) fn serve(home: &Path) -> Self {
        Self::start(home, strongroom(home).args(["serve", "--config"]).arg(config(home)))
    }

    /// The same two, started by a shell that does `first` before: a limit, or a signal to ignore.
    pub(crate) fn after(home: &Path, first: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new("bash");
        command.env("HOME", home).env_remove("XDG_STATE_HOME").env_remove("XDG_CONFIG_HOME").stdin(Stdio::null());
        command.args(["-c", &format!("{first}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_strongroom")]);
        Self::start(home, command.args(arguments))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn start(home: &Path, command: &mut Command) -> Self {
        let name = |what| home.join(format!("{what}-{}", fs::read_dir(home).expect("home").count()));
        let ready = name("ready");
        let (out, log) = (fs::File::create(home.join("out")), fs::File::create(home.join("log")));
        command.stdout(out.expect("a file")).stderr(log.expect("a file")).arg("--ready-file").arg(&ready);
        let child = command.spawn().expect("strongroom starts");
        let mut hsm = Self { child, ready: Value::Null, home: home.to_owned(), ended: false };
        wait_for("the ready file", || {
            let ended = hsm.child.try_wait().expect("a child");
            assert_eq!(ended, None, "it ended: {}", hsm.log());
            ready.exists()
        });
        hsm.ready = serde_json::from_slice(&fs::read(&ready).expect("the ready file")).expect("JSON");
        hsm
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.home.join("log")).expect("the log")
    }

    /// All that it prints up to the readiness line, the last.
    pub(crate) fn printed(&self) -> String {
        let printed = || fs::read_to_string(self.home.join("out")).expect("the output");
        wait_for("the readiness line", || printed().lines().any(|line| line.starts_with("ready: ")));
        printed()
    }

    /// What the ready file says at this JSON pointer.
    pub(crate) fn ready(&self, pointer: &str) -> &str {
        let value = self.ready.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no {pointer} in {}", self.ready))
    }

    /// A clear connection.
    pub(crate) fn clear(&self) -> TcpStream {
        connect(self.ready("/clear"))
    }

    /// Certificate and key of a tenant's client.
    pub(crate) fn client(&self, tenant: &str) -> (PathBuf, PathBuf) {
        let path = |what| self.ready(&format!("/clients/{tenant}/{what}")).into();
        (path("certificate"), path("key"))
    }

    pub(crate) fn administrator(&self) -> (PathBuf, PathBuf) {
        (self.ready("/administrator/certificate").into(), self.ready("/administrator/key").into())
    }

    /// A TLS connection to one of the listeners; the handshake is done with the first byte.
    pub(crate) fn tls(&self, listener: &str, identity: Option<&(PathBuf, PathBuf)>) -> TlsStream {
        self.tls_of(listener, identity, rustls::ALL_VERSIONS)
    }

    pub(crate) fn tls_of(
        &self,
        listener: &str,
        identity: Option<&(PathBuf, PathBuf)>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> TlsStream {
        self.tls_with(&self.client_config(identity, versions), listener)
    }

    /// A configuration keeps the sessions that may be resumed.
    pub(crate) fn client_config(
        &self,
        identity: Option<&(PathBuf, PathBuf)>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Arc<ClientConfig> {
        Arc::new(client_config(Path::new(self.ready("/ca")), identity, versions))
    }

    pub(crate) fn tls_with(&self, config: &Arc<ClientConfig>, listener: &str) -> TlsStream {
        let name = ServerName::try_from("localhost").expect("a name");
        let session = ClientConnection::new(Arc::clone(config), name).expect("a session");
        StreamOwned::new(session, connect(self.ready(&format!("/{listener}"))))
    }

    /// The default tenant's client over TLS.
    pub(crate) fn application(&self) -> TlsStream {
        self.tls("tls", Some(&self.client("default")))
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(status.expect("kill").success());
    }

    /// Waits until it has ended.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let mut status = None;
        wait_for("the end", || {
            status = self.child.try_wait().expect("a child");
            status.is_some()
        });
        self.ended = true;
        status.expect("ended")
    }

    pub(crate) fn stop(mut self) {
        self.signal("TERM");
        assert!(self.end().success(), "{}", self.log());
    }

    /// Waits for a line of the log that holds this.
    pub(crate) fn logged(&self, what: &str) {
        wait_for(what, || self.log().contains(what));
    }
}

impl Drop for Hsm {
    fn drop(&mut self) {
        if !self.ended {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream.set_write_timeout(Some(PATIENCE)).expect("a socket");
    stream
}

fn client_config(
    ca: &Path,
    identity: Option<&(PathBuf, PathBuf)>,
    versions: &[&'static SupportedProtocolVersion],
) -> ClientConfig {
    let certificates = |path: &Path| CertificateDer::pem_file_iter(path).expect("PEM").map(|it| it.expect("PEM"));
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates(ca));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions).expect("versions");
    let builder = builder.with_root_certificates(roots);
    match identity {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let key = PrivateKeyDer::from_pem_file(key).expect("a key");
            builder.with_client_auth_cert(certificates(certificate).collect(), key).expect("an identity")
        }
    }
}

/// Sends and reads one reply.
pub(crate) fn ask(stream: &mut (impl Read + Write), frame: &str) -> String {
    stream.write_all(frame.as_bytes()).expect("sent");
    reply(stream)
}

/// Reads one reply; empty where the connection ends instead.
pub(crate) fn reply(stream: &mut impl Read) -> String {
    let mut read = Vec::new();
    let mut byte = [0];
    while read.last() != Some(&b']') && matches!(stream.read(&mut byte), Ok(1)) {
        read.push(byte[0]);
    }
    text(&read)
}

/// Whether the peer has closed the connection, in whatever way.
pub(crate) fn is_closed(stream: &mut impl Read) -> bool {
    match stream.read(&mut [0]) {
        Ok(read) => read == 0,
        Err(error) => !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut),
    }
}

/// The value of a tag in a reply.
pub(crate) fn value(reply: &str, tag: &str) -> String {
    let field = reply.trim_matches(['[', ']']).split(';').find_map(|field| field.strip_prefix(tag));
    field.unwrap_or_else(|| panic!("no {tag} in {reply}")).to_owned()
}

pub(crate) fn wait_for(what: &str, mut happened: impl FnMut() -> bool) {
    let steps = PATIENCE.as_millis() / 10;
    for _ in 0..steps {
        if happened() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("waited in vain for {what}");
}

pub(crate) fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

/// Where [`init`] makes its HSM.
pub(crate) fn hsm_directory(home: &Path) -> PathBuf {
    home.join("hsm")
}

pub(crate) fn config(home: &Path) -> PathBuf {
    hsm_directory(home).join("strongroom.toml")
}

/// `strongroom init` on free ports, then these settings in place of their defaults.
pub(crate) fn init(home: &Path, arguments: &[&str], settings: &[(&str, &str)]) {
    let ports = ["--tls-port", "0", "--admin-port", "0"];
    let output =
        run(strongroom(home).arg("init").arg(hsm_directory(home)).arg("--random-keys").args(ports).args(arguments));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut file = fs::read_to_string(config(home)).expect("the configuration");
    for (key, value) in settings {
        let start = file.find(&format!("\n#{key} = ")).unwrap_or_else(|| panic!("no {key}")) + 1;
        let end = start + file[start..].find('\n').expect("a line");
        file.replace_range(start..end, &format!("{key} = {value}"));
    }
    fs::write(config(home), file).expect("written");
}

/// Settings for a clear listener on a free port.
pub(crate) fn with_clear(home: &Path) {
    let file = fs::read_to_string(config(home)).expect("the configuration");
    fs::write(config(home), file + "\n[listeners.clear]\naddress = \"127.0.0.1:0\"\n").expect("written");
}

/// Settings for an HTTPS listener on a free port.
pub(crate) fn with_https(home: &Path) {
    let file = fs::read_to_string(config(home)).expect("the configuration");
    let https = "#[listeners.https]\n#address = \"127.0.0.1:9443\"";
    assert!(file.contains(https));
    let file = file.replace(https, "[listeners.https]\naddress = \"127.0.0.1:0\"");
    fs::write(config(home), file).expect("written");
}
