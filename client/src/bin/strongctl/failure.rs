//! Why `strongctl` did not do what it was asked, and what to do next.

use client::Error;
use protocol::ErrorCode;

/// What kind of failure it was; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Refused,
    Usage,
    Connection,
    Nonsense,
}

/// One failure in words.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    text: String,
    next: Option<String>,
}

impl Failure {
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, text: text.into(), next: None }
    }

    pub(crate) fn nonsense(text: impl Into<String>) -> Self {
        Self { kind: Kind::Nonsense, text: text.into(), next: None }
    }

    /// With the next step.
    pub(crate) fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// What happened, without the next step.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The same, with where it happened.
    pub(crate) fn at(mut self, place: &str) -> Self {
        self.text = format!("{place}: {}", self.text);
        self
    }

    /// Whether trying the next thing would fail for the same reason.
    pub(crate) fn is_of_connection(&self) -> bool {
        matches!(self.kind, Kind::Connection | Kind::Nonsense)
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Refused => 1,
            Kind::Usage => 2,
            Kind::Connection => 3,
            Kind::Nonsense => 4,
        }
    }

    pub(crate) fn render(&self, json: bool) -> String {
        if json {
            let kind = format!("{:?}", self.kind).to_lowercase();
            return serde_json::json!({ "error": self.text, "kind": kind, "next": self.next }).to_string();
        }
        match &self.next {
            Some(next) => format!("strongctl: {}\n  next: {next}", self.text),
            None => format!("strongctl: {}", self.text),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        let (kind, next) = match &error {
            Error::Invalid { .. } => (
                Kind::Usage,
                Some("check --ca, --certificate, --private-key and --server-name, or the profile".to_owned()),
            ),
            Error::Refused { code, .. } => {
                // The meaning may go over several lines of source.
                let meaning = |code: ErrorCode| code.meaning().split_whitespace().collect::<Vec<_>>().join(" ");
                (Kind::Refused, code.map(|code| format!("{code} means: {}", meaning(code))))
            }
            Error::Protocol { .. } => {
                (Kind::Nonsense, Some("is this the port of an HSM, and TLS or clear text as it expects?".to_owned()))
            }
            Error::Io { step, .. } | Error::Timeout { step, .. } => (Kind::Connection, Some(advice(step))),
        };
        Self { kind, text, next }
    }
}

/// What to try when this step failed.
fn advice(step: &str) -> String {
    match step {
        "connecting" => "is the HSM running there? `strongroom dev` starts one; --address names another",
        "TLS handshake" => "check --ca and --server-name, and that the port speaks TLS (--clear where it does not)",
        "waiting for the reply" => "give it longer with --timeout",
        _ => "the HSM may have refused the client's certificate (check --certificate and --private-key); its log says why",
    }
    .to_owned()
}
