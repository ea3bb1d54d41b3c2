//! What the audit records: who did what, from where, and how it ended. Free of secrets by construction: names, numbers
//! and check values are all that it has a place for.

mod chain;

use std::fmt::{self, Write as _};

use protocol::ErrorCode;
use protocol::command::{Command, Effect};
use protocol::field::name::IdentityName;

use crate::error::Error;
use crate::outcome::Change;
use crate::session::{Channel, Origin, Session};
use crate::state::State;
use crate::tenant::TenantName;

pub use chain::{Chains, DEVICE, Entry, Head, Log, NoLog, attested};

/// One record of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The tenant whose record it is, `None` for the HSM itself.
    pub tenant: Option<TenantName>,
    /// The command; `None` for what the HSM did by itself.
    pub command: Option<Command>,
    /// Who was logged in.
    pub identities: Vec<IdentityName>,
    /// Where the request came from.
    pub origin: Origin,
    /// What was done, in words: names, numbers and check values only.
    pub what: String,
    /// Why it was refused, `None` when it was done.
    pub refusal: Option<ErrorCode>,
}

impl Event {
    /// What the HSM did by itself, for a tenant or for none.
    #[must_use]
    pub fn of_hsm(tenant: Option<TenantName>, what: &str) -> Self {
        let (command, identities, refusal) = (None, Vec::new(), None);
        Self { tenant, command, identities, origin: Origin::default(), what: what.to_owned(), refusal }
    }
}

/// What the audit records of a request: whatever changes something or tries to, and every refusal for want of rights. What
/// administration does to tenants stands in their own logs too.
pub(crate) fn events(
    command: Command,
    session: &Session,
    state: &State,
    changes: &[Change],
    what: Option<String>,
    error: Option<&Error>,
) -> Vec<Event> {
    let refusal = error.map(Error::code);
    let is_of_rights = refusal.is_some_and(|code| code.number() / 100 == 6);
    if command.spec().effect == Effect::Reads && !is_of_rights && what.is_none() {
        return Vec::new();
    }
    // What is done on a session that was joined is recorded with where it came from, so that joining it tells nothing more.
    if command == Command::JoinSession && refusal.is_none() {
        return Vec::new();
    }
    let what = match what {
        Some(what) if refusal.is_some() => format!("not done: {what}"),
        what => what.unwrap_or_default(),
    };
    let event = |tenant, what| Event {
        tenant,
        command: Some(command),
        identities: session.login().into_iter().flat_map(|login| login.identities().cloned()).collect(),
        origin: session.origin().clone(),
        what,
        refusal,
    };
    if let Channel::Application(id) = session.channel() {
        return vec![event(state.tenant(id).map(|tenant| tenant.name().clone()), what)];
    }
    let mut tenants: Vec<TenantName> = changes.iter().filter_map(|change| change.tenant_name(state)).collect();
    tenants.dedup();
    let copies = tenants.into_iter().map(|tenant| event(Some(tenant), format!("administration: {what}")));
    let copies: Vec<Event> = copies.collect();
    std::iter::once(event(None, what)).chain(copies).collect()
}

impl fmt::Display for Event {
    /// A JSON object on one line, its members always in the same order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{\"tenant\":")?;
        match &self.tenant {
            Some(tenant) => quoted(f, tenant.as_str())?,
            None => f.write_str("null")?,
        }
        f.write_str(",\"command\":")?;
        match self.command {
            Some(command) => quoted(f, command.spec().name)?,
            None => f.write_str("null")?,
        }
        f.write_str(",\"identities\":[")?;
        for (index, identity) in self.identities.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "," })?;
            quoted(f, identity.as_str())?;
        }
        f.write_str("],\"from\":")?;
        match &self.origin.peer {
            Some(peer) => quoted(f, peer)?,
            None => f.write_str("null")?,
        }
        f.write_str(",\"certificate\":")?;
        match &self.origin.certificate {
            Some(fingerprint) => {
                f.write_char('"')?;
                fingerprint.bytes().iter().try_for_each(|byte| write!(f, "{byte:02X}"))?;
                f.write_char('"')?;
            }
            None => f.write_str("null")?,
        }
        f.write_str(",\"what\":")?;
        quoted(f, &self.what)?;
        match self.refusal {
            Some(code) => write!(f, ",\"outcome\":\"refused\",\"error\":{code}}}"),
            None => f.write_str(",\"outcome\":\"done\"}"),
        }
    }
}

/// A JSON string. What the wire lets through is printable ASCII, and anything else becomes a question mark.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(f, "\\{character}")?,
            ' '..='~' => f.write_char(character)?,
            _ => f.write_char('?')?,
        }
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_of_json() {
        let event = Event {
            tenant: TenantName::new("default"),
            command: Some(Command::Login),
            identities: [IdentityName::new("Admin1"), IdentityName::new("Admin2")].into_iter().flatten().collect(),
            origin: Origin { peer: Some("127.0.0.1:5".into()), certificate: None },
            what: "a \"quoted\" \\ and \u{e9}".to_owned(),
            refusal: Some(ErrorCode::LoginRefused),
        };
        assert_eq!(
            event.to_string(),
            "{\"tenant\":\"default\",\"command\":\"ZLIN\",\"identities\":[\"Admin1\",\"Admin2\"],\
             \"from\":\"127.0.0.1:5\",\"certificate\":null,\"what\":\"a \\\"quoted\\\" \\\\ and ?\",\
             \"outcome\":\"refused\",\"error\":603}"
        );
    }
}
