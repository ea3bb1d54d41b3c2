//! File descriptors: as many as the system gives, and connections no more than they allow.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Limits;

/// Descriptors for everything but applications: the store, the listeners, the log, and administration.
const RESERVED: u64 = 160;
/// Connections of administrators, and handshakes of theirs, at most; within what is reserved.
pub const ADMINISTRATION: usize = 48;

/// Asks the system for all that it gives, and cuts the bounds for applications down to that.
pub fn fit(limits: &mut Limits) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum && setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_err() {
        tracing::debug!("the limit of open files cannot be raised");
    }
    let Some(most) = getrlimit(Resource::Nofile).current else { return };
    let most = usize::try_from(most.saturating_sub(RESERVED)).unwrap_or(usize::MAX);
    if limits.connections.saturating_add(limits.handshakes) <= most {
        return;
    }
    limits.handshakes = limits.handshakes.min(most / 4).max(1);
    limits.connections = limits.connections.min(most - limits.handshakes.min(most)).max(1);
    tracing::warn!(
        connections = limits.connections,
        handshakes = limits.handshakes,
        "the system allows fewer open files than limits.connections and limits.handshakes need; raise it with ulimit -n"
    );
}
