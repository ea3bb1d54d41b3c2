//! Whom to connect to, and how patiently.

use std::path::PathBuf;
use std::time::Duration;

use protocol::field::data::Token;
use protocol::frame::Limits;

/// How long anything may take unless something else is said.
const DEADLINE: Duration = Duration::from_secs(10);

/// Whom to connect to, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// `host:port` of every node; each serves every command.
    pub addresses: Vec<String>,
    /// Certificates, or `None` for clear text.
    pub tls: Option<Tls>,
    /// How long things may take.
    pub deadlines: Deadlines,
    /// Connections to each address at most.
    pub connections: usize,
    /// Calls in flight on one connection at most; more wait their turn.
    pub pipeline: usize,
    /// After how much silence an idle connection is asked for an `ECHO`; `None` for never.
    pub keep_alive: Option<Duration>,
    /// Shortest and longest time for which an address that failed is passed over; it doubles with every failure.
    pub back_off: (Duration, Duration),
    /// A token of a session that somebody has logged in on (ZLTK): every connection joins it. `None` for the rights that a
    /// connection has without a login.
    pub session: Option<Token>,
    /// How large a reply may be.
    pub limits: Limits,
}

/// What TLS needs.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// PEM file of the authorities that may have signed the HSM's certificate.
    pub ca: PathBuf,
    /// PEM files of the client's certificate, with its chain, and of its private key.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Name in the HSM's certificate; the host of the address when absent.
    pub server_name: Option<String>,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// Resolving the name and connecting. With several addresses each has its share of `call` at most.
    pub connect: Duration,
    /// The TLS handshake, likewise.
    pub handshake: Duration,
    /// A call, from beginning to end: waiting for a connection and asking again included.
    pub call: Duration,
}

impl Deadlines {
    /// The same for everything.
    #[must_use]
    pub const fn all(deadline: Duration) -> Self {
        Self { connect: deadline, handshake: deadline, call: deadline }
    }
}

impl Default for Deadlines {
    fn default() -> Self {
        Self::all(DEADLINE)
    }
}

impl Options {
    /// Clear text to one address.
    #[must_use]
    pub fn clear(address: impl Into<String>) -> Self {
        Self {
            addresses: vec![address.into()],
            tls: None,
            deadlines: Deadlines::default(),
            connections: 2,
            pipeline: 64,
            keep_alive: Some(Duration::from_secs(30)),
            back_off: (Duration::from_millis(50), Duration::from_secs(5)),
            session: None,
            limits: Limits::default(),
        }
    }

    /// TLS to one address.
    #[must_use]
    pub fn tls(address: impl Into<String>, tls: Tls) -> Self {
        Self { tls: Some(tls), ..Self::clear(address) }
    }

    /// With one deadline for everything.
    #[must_use]
    pub fn within(mut self, deadline: Duration) -> Self {
        self.deadlines = Deadlines::all(deadline);
        self
    }
}
