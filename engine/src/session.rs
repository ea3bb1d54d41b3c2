//! Who is at the other end of a connection.

use crate::tenant::TenantId;

/// Which door a connection came through, and to what it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// An application of one tenant.
    Application(TenantId),
    /// The administration of the emulator itself; no tenant, no keys.
    Administration,
}

/// One connection's session.
#[derive(Debug)]
pub struct Session {
    channel: Channel,
}

impl Session {
    /// A session that has just begun.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        Self { channel }
    }

    /// Where it leads.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel
    }
}
