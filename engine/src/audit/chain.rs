//! Chained records: each has its number and the digest of the one before, so that none can be taken out or changed
//! without the next telling.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};

use sha2::{Digest as _, Sha256};

use super::Event;
use crate::hsm::Timestamp;

/// What [`Event`]s of the HSM itself are kept under; no tenant has this name.
pub const DEVICE: &str = "";

/// A record as it is kept: one of the log of a tenant, or of [`DEVICE`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose log.
    pub log: String,
    /// Counted from 1, without gaps.
    pub number: u64,
    /// A JSON object on one line: number, time, SHA-256 of the line before (zeros for the first), and the event.
    pub line: String,
}

/// The end of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Number of the last record; 0 for none.
    pub number: u64,
    /// SHA-256 of its line; zeros for none.
    pub digest: [u8; 32],
}

/// Reads what was recorded.
pub trait Log: Debug + Send + Sync {
    /// The entries after a number, in order, `most` at most; `None` where the log cannot be read.
    fn entries(&self, log: &str, after: u64, most: usize) -> Option<Vec<Entry>>;

    /// The end of a log; `None` where it cannot be read.
    fn head(&self, log: &str) -> Option<Head>;
}

/// For an HSM that records nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoLog;

impl Log for NoLog {
    fn entries(&self, _log: &str, _after: u64, _most: usize) -> Option<Vec<Entry>> {
        Some(Vec::new())
    }

    fn head(&self, _log: &str) -> Option<Head> {
        Some(Head::default())
    }
}

/// The ends of all logs.
#[derive(Clone, Debug, Default)]
pub struct Chains(BTreeMap<String, Head>);

impl Chains {
    /// From the ends that a store knows.
    #[must_use]
    pub fn new(heads: BTreeMap<String, Head>) -> Self {
        Self(heads)
    }

    /// Makes an event the next record of its log.
    pub fn link(&mut self, now: Timestamp, event: &Event) -> Entry {
        let log = event.tenant.as_ref().map_or(DEVICE, |tenant| tenant.as_str());
        let head = self.0.entry(log.to_owned()).or_default();
        let number = head.number + 1;
        let mut line = format!("{{\"number\":{number},\"time\":{},\"previous\":\"", now.0);
        for byte in head.digest {
            // Writing to a string does not fail.
            let _ = write!(line, "{byte:02X}");
        }
        line.push_str("\",");
        line.push_str(event.to_string().trim_start_matches('{'));
        let entry = Entry { log: log.to_owned(), number, line };
        *head = entry.head();
        entry
    }
}

impl Entry {
    /// The end of the log, were this its last.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { number: self.number, digest: Sha256::digest(self.line.as_bytes()).into() }
    }
}

/// What the HSM signs to prove how a log ends.
#[must_use]
pub fn attested(log: &str, head: &Head) -> Vec<u8> {
    protocol::audit::attested(log, head.number, &head.digest)
}

#[cfg(test)]
mod tests {
    use protocol::command::Command;

    use super::*;
    use crate::session::Origin;
    use crate::tenant::TenantName;

    fn event(tenant: Option<&str>) -> Event {
        Event {
            tenant: tenant.and_then(TenantName::new),
            command: Some(Command::Login),
            identities: Vec::new(),
            origin: Origin::default(),
            what: "logged in".to_owned(),
            refusal: None,
        }
    }

    #[test]
    fn every_log_is_a_chain_of_its_own() {
        let mut chains = Chains::default();
        let first = chains.link(Timestamp(7), &event(Some("bank")));
        assert!(first.line.starts_with(&format!("{{\"number\":1,\"time\":7,\"previous\":\"{}\",", "00".repeat(32))));
        assert!(first.line.ends_with("\"outcome\":\"done\"}"), "{}", first.line);
        let other = chains.link(Timestamp(8), &event(None));
        assert_eq!((other.number, other.log.as_str()), (1, DEVICE));
        let second = chains.link(Timestamp(9), &event(Some("bank")));
        let digest: String = first.head().digest.iter().map(|byte| format!("{byte:02X}")).collect();
        assert!(second.number == 2 && second.line.contains(&format!("\"previous\":\"{digest}\"")), "{}", second.line);
        assert_eq!(Chains::new([("bank".to_owned(), second.head())].into()).0, {
            chains.0.remove(DEVICE);
            chains.0
        });
    }
}
