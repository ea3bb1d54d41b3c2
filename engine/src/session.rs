//! Who is at the other end of a connection.

use std::sync::Arc;

use protocol::command::Command;
use protocol::field::data::Fingerprint;

use crate::backup::Backup;
use crate::continuation::Continuations;
use crate::hsm::Timestamp;
use crate::login::Login;
use crate::tenant::TenantId;
use crate::work::Done;

/// Which door a connection came through, and to what it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// An application of one tenant.
    Application(TenantId),
    /// The administration of the emulator itself; no tenant, no keys.
    Administration,
}

/// Where a connection comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The peer's address, for the audit.
    pub peer: Option<Box<str>>,
    /// The client certificate.
    pub certificate: Option<Fingerprint>,
}

/// One connection's session. Ends its login when it is dropped, unless a token keeps that for other connections.
#[derive(Debug)]
pub struct Session {
    channel: Channel,
    origin: Origin,
    login: Option<Arc<Login>>,
    /// There was a login, and it is over.
    has_ended: bool,
    done: Done,
    /// Data that is given in several frames.
    continuations: Continuations,
    /// A backup that was made and is being read.
    backup: Option<Backup>,
    /// A backup that is being restored; sealed, so that no key is in it in clear.
    restore: Option<Arc<Backup>>,
}

impl Session {
    /// A session that has just begun.
    #[must_use]
    pub fn new(channel: Channel, origin: Origin) -> Self {
        let (done, continuations) = (Done::default(), Continuations::default());
        Self { channel, origin, login: None, has_ended: false, done, continuations, backup: None, restore: None }
    }

    /// Where it leads.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// Where it comes from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Who is logged in.
    #[must_use]
    pub fn login(&self) -> Option<&Arc<Login>> {
        self.login.as_ref()
    }

    /// Takes in slow work that was done ahead of the next request.
    pub fn put_done(&mut self, done: Done) {
        self.done = done;
    }

    /// A request has come. Data is awaited no longer than its time, and without a handle by the very next request only.
    pub(crate) fn begin(&mut self, command: Command, now: Timestamp) {
        if self.continuations.is_empty() {
            return;
        }
        self.continuations.sweep(now);
        if command != Command::VerifySignature {
            self.continuations.interrupt(None);
        }
    }

    /// Nothing of the last request has happened, as it was not stored: a login or a backup that the audit does not know of
    /// is none.
    pub fn undo(&mut self) {
        self.backup = None;
        self.log_out();
    }

    /// Ends the login.
    pub(crate) fn log_out(&mut self) {
        self.continuations.clear();
        if let Some(login) = self.login.take() {
            login.end();
        }
    }

    pub(crate) fn backup(&self) -> Option<&Backup> {
        self.backup.as_ref()
    }

    pub(crate) fn put_backup(&mut self, backup: Backup) {
        self.backup = Some(backup);
    }

    pub(crate) fn restored(&self) -> Option<&Arc<Backup>> {
        self.restore.as_ref()
    }

    pub(crate) fn restore(&mut self) -> &mut Option<Arc<Backup>> {
        &mut self.restore
    }

    pub(crate) fn continuations(&mut self) -> &mut Continuations {
        &mut self.continuations
    }

    pub(crate) fn done(&mut self) -> &mut Done {
        &mut self.done
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.has_ended
    }

    pub(crate) fn put_login(&mut self, login: Arc<Login>) {
        self.continuations.clear();
        self.login = Some(login);
        self.has_ended = false;
    }

    /// The login is over: nobody has logged out, time or an administrator has ended it.
    pub(crate) fn lapse(&mut self) {
        self.continuations.clear();
        self.login = None;
        self.has_ended = true;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(login) = self.login.as_ref().filter(|login| !login.has_token()) {
            login.end();
        }
    }
}
