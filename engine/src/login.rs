//! A login: one or two identities on one session, which several connections may share by its token.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use protocol::field::data::Fingerprint;
use protocol::field::name::{IdentityName, PartitionName};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::hsm::Timestamp;
use crate::policy::Policy;

/// Who is logged in on a session, and until when. Shared by the connections of the session.
#[derive(Debug)]
pub struct Login {
    first: IdentityName,
    second: OnceLock<IdentityName>,
    partition: PartitionName,
    client: Option<Fingerprint>,
    begun: Timestamp,
    used: AtomicU64,
    idle_seconds: u32,
    seconds: u32,
    ended: AtomicBool,
    /// SHA-256 of the token.
    token: Mutex<Option<[u8; 32]>>,
}

impl Login {
    pub(crate) fn new(
        first: IdentityName,
        partition: PartitionName,
        client: Option<Fingerprint>,
        now: Timestamp,
        policy: &Policy,
    ) -> Self {
        Self {
            first,
            second: OnceLock::new(),
            partition,
            client,
            begun: now,
            used: AtomicU64::new(now.0),
            idle_seconds: policy.session_idle_seconds,
            seconds: policy.session_seconds,
            ended: AtomicBool::new(false),
            token: Mutex::new(None),
        }
    }

    /// Those who are logged in, in the order in which they came.
    pub fn identities(&self) -> impl Iterator<Item = &IdentityName> {
        std::iter::once(&self.first).chain(self.second.get())
    }

    /// How many they are.
    pub(crate) fn count(&self) -> u8 {
        1 + u8::from(self.second.get().is_some())
    }

    pub(crate) fn partition(&self) -> &PartitionName {
        &self.partition
    }

    /// Adds the second identity; false where there is one already.
    pub(crate) fn join(&self, second: IdentityName) -> bool {
        self.second.set(second).is_ok()
    }

    /// Seconds that are left when the session is not used from now on; `None` when it is over.
    pub(crate) fn left(&self, now: Timestamp) -> Option<u32> {
        if self.ended.load(Ordering::Acquire) {
            return None;
        }
        let idle_end = self.used.load(Ordering::Relaxed).saturating_add(self.idle_seconds.into());
        let end = self.begun.0.saturating_add(self.seconds.into()).min(idle_end);
        let left = end.checked_sub(now.0).filter(|left| *left > 0)?;
        Some(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// Says that the session is in use. A clock that went back does not shorten it.
    pub(crate) fn touch(&self, now: Timestamp) {
        self.used.fetch_max(now.0, Ordering::Relaxed);
    }

    /// Ends it for every connection.
    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }

    /// The token is the only way in from now on.
    pub(crate) fn put_token(&self, token: &[u8; 32]) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(Sha256::digest(token).into());
    }

    pub(crate) fn has_token(&self) -> bool {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Whether this token, from a client with this certificate, stands for it.
    pub(crate) fn admits(&self, token: &[u8; 32], client: Option<&Fingerprint>) -> bool {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let known = *self.token.lock().unwrap_or_else(PoisonError::into_inner);
        known.is_some_and(|known| known.ct_eq(&digest).into()) && self.client.as_ref() == client
    }

    /// Whether this identity is logged in here.
    pub(crate) fn has(&self, identity: &IdentityName) -> bool {
        self.identities().any(|known| known == identity)
    }
}
