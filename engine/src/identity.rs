//! Identities: who logs in, and what keeps guessers out.

use protocol::field::data::Fingerprint;
use protocol::field::name::{IdentityName, PartitionName};

use crate::hsm::Timestamp;
use crate::partition::{ADMINISTRATOR, built_in_name};
use crate::password;

/// Failures after which an identity is locked.
const LOCKED_AFTER: u8 = 10;
/// Failures that cost no waiting.
const FREE: u8 = 3;
/// Longest wait between two tries, in seconds.
const LONGEST_WAIT: u64 = 300;

/// Who logs in.
#[derive(Clone, Debug)]
pub struct Identity {
    pub(crate) name: IdentityName,
    pub(crate) partition: PartitionName,
    pub(crate) password: password::Stored,
    /// Somebody else has chosen the password.
    pub(crate) must_change: bool,
    pub(crate) certificate: Option<Fingerprint>,
    pub(crate) failures: u8,
    /// No try counts before this time.
    pub(crate) not_before: Timestamp,
}

/// How an identity stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Ready,
    /// Its password has to be changed.
    MustChange,
    /// Too many failures in a row; the next try has to wait.
    Waiting,
    /// Somebody with the permission has to unlock it.
    Locked,
}

impl Condition {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::MustChange => "default",
            Self::Waiting => "waiting",
            Self::Locked => "locked",
        }
    }
}

impl Identity {
    /// The administrators of a new tenant (wire.md B.6.3).
    pub(crate) fn built_in() -> [Self; 2] {
        ["Admin1", "Admin2"].map(|name| Self {
            name: match IdentityName::new(name) {
                Some(name) => name,
                None => unreachable!("{name} is no name"),
            },
            partition: built_in_name(ADMINISTRATOR),
            password: password::Stored::Default,
            must_change: true,
            certificate: None,
            failures: 0,
            not_before: Timestamp(0),
        })
    }

    pub(crate) fn condition(&self, now: Timestamp) -> Condition {
        if self.failures >= LOCKED_AFTER {
            Condition::Locked
        } else if now < self.not_before {
            Condition::Waiting
        } else if self.must_change {
            Condition::MustChange
        } else {
            Condition::Ready
        }
    }

    /// Whether a try counts now at all.
    pub(crate) fn may_try(&self, now: Timestamp) -> bool {
        !matches!(self.condition(now), Condition::Waiting | Condition::Locked)
    }

    /// After a wrong password.
    pub(crate) fn failed(mut self, now: Timestamp) -> Self {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= FREE {
            let wait = 1_u64.checked_shl(u32::from(self.failures - FREE)).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
            self.not_before = Timestamp(now.0.saturating_add(wait));
        }
        self
    }

    /// Without any failure.
    pub(crate) fn cleared(mut self) -> Self {
        self.failures = 0;
        self.not_before = Timestamp(0);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_the_tenth_failure_locks() {
        let [mut identity, _] = Identity::built_in();
        let mut now = Timestamp(1000);
        let mut waits = Vec::new();
        for _ in 0..9 {
            assert!(identity.may_try(now));
            identity = identity.failed(now);
            waits.push(identity.not_before.0.saturating_sub(now.0));
            now = Timestamp(now.0.max(identity.not_before.0));
        }
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 64]);
        identity = identity.failed(now);
        assert_eq!(identity.condition(Timestamp(u64::MAX)), Condition::Locked);
        assert_eq!(identity.cleared().condition(now), Condition::MustChange);
    }
}
