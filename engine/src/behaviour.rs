//! How the HSM is to behave beside being right: its pace, and faults that are made on purpose. The engine keeps what was asked
//! for; whoever serves connections does it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use protocol::ErrorCode;
use protocol::command::Command;
use protocol::field::code::{FaultKind, WhenBusy};
use protocol::field::latency::Latency;
use sha2::{Digest as _, Sha256};

use crate::hsm::Timestamp;
use crate::tenant::TenantName;

/// How fast something works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Commands a second at most; `None` for as many as come.
    pub throughput: Option<u32>,
    /// What becomes of a command that comes too early.
    pub when_busy: WhenBusy,
    /// How much longer every command takes.
    pub latency: Option<Latency>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { throughput: None, when_busy: WhenBusy::Queue, latency: None }
    }
}

impl Pace {
    /// Whether it is nothing but what there is.
    #[must_use]
    pub fn is_natural(&self) -> bool {
        self.throughput.is_none() && self.latency.is_none()
    }
}

/// A fault that is made on purpose.
#[derive(Debug)]
pub struct Fault {
    pub(crate) number: u32,
    /// What happens.
    pub kind: FaultKind,
    /// Whom it is for; `None` for all.
    pub tenant: Option<TenantName>,
    /// Which command it is for; `None` for all.
    pub command: Option<Command>,
    pub(crate) per_thousand: u32,
    /// For delays.
    pub delay: Option<Latency>,
    /// For refusals.
    pub error: ErrorCode,
    pub(crate) begins: Timestamp,
    pub(crate) ends: Timestamp,
    pub(crate) seed: u32,
    /// Commands that it was asked about, and those that it struck.
    asked: AtomicU64,
    struck: AtomicU64,
}

impl Fault {
    #[expect(clippy::too_many_arguments, reason = "each is a field of the command that adds it")]
    pub(crate) fn new(
        number: u32,
        kind: FaultKind,
        (tenant, command): (Option<TenantName>, Option<Command>),
        per_thousand: u32,
        delay: Option<Latency>,
        error: ErrorCode,
        (begins, ends): (Timestamp, Timestamp),
        seed: u32,
    ) -> Self {
        let (asked, struck) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { number, kind, tenant, command, per_thousand, delay, error, begins, ends, seed, asked, struck }
    }

    /// Whether its time is over.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.ends
    }

    /// Whether it is for this tenant now; `None` for what belongs to no tenant yet.
    #[must_use]
    pub fn concerns(&self, tenant: Option<&TenantName>, now: Timestamp) -> bool {
        let is_its = self.tenant.as_ref().is_none_or(|own| Some(own) == tenant);
        is_its && now >= self.begins && !self.is_over(now)
    }

    /// Whether it strikes the next command; if so, a random number for how. Seed and count alone decide.
    #[must_use]
    pub fn strikes(&self, command: Command) -> Option<u64> {
        if self.command.is_some_and(|own| own != command) {
            return None;
        }
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        let mut digest = Sha256::new();
        digest.update(self.seed.to_be_bytes());
        digest.update(asked.to_be_bytes());
        let digest = digest.finalize();
        let (chance, how) = digest.split_at(8);
        let number = |bytes: &[u8]| bytes.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        if number(chance) % 1000 >= self.per_thousand.into() {
            return None;
        }
        self.struck.fetch_add(1, Ordering::Relaxed);
        Some(number(how))
    }

    /// Commands that it has struck.
    #[must_use]
    pub fn struck(&self) -> u64 {
        self.struck.load(Ordering::Relaxed)
    }
}

/// All that was asked for.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    /// The HSM's own pace.
    pub hsm: Pace,
    /// Paces of tenants.
    pub tenants: Vec<(TenantName, Pace)>,
    /// Faults, those included whose time is over and that nobody has swept up yet.
    pub faults: Vec<Arc<Fault>>,
    pub(crate) last: u32,
}

impl Behaviour {
    /// Faults at a time at most.
    pub(crate) const MOST: usize = 1000;

    /// Whether nothing was asked for.
    #[must_use]
    pub fn is_natural(&self) -> bool {
        self.hsm.is_natural() && self.tenants.iter().all(|(_, pace)| pace.is_natural()) && self.faults.is_empty()
    }

    /// The pace of a tenant.
    #[must_use]
    pub fn pace(&self, tenant: &TenantName) -> Pace {
        self.tenants.iter().find(|(name, _)| name == tenant).map(|(_, pace)| *pace).unwrap_or_default()
    }

    pub(crate) fn put_pace(&mut self, tenant: Option<&TenantName>, pace: Pace) {
        match tenant {
            None => self.hsm = pace,
            Some(tenant) => {
                self.tenants.retain(|(name, _)| name != tenant);
                if !pace.is_natural() {
                    self.tenants.push((tenant.clone(), pace));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(per_thousand: u32, seed: u32) -> Fault {
        let times = (Timestamp(10), Timestamp(20));
        let whom = (TenantName::new("acme"), Some(Command::Echo));
        Fault::new(1, FaultKind::Drop, whom, per_thousand, None, ErrorCode::Internal, times, seed)
    }

    #[test]
    fn a_fault_strikes_the_same_commands_from_the_same_seed_and_about_as_many_as_it_should() {
        let struck = |per_thousand, seed| {
            let fault = fault(per_thousand, seed);
            (0..2000).filter(|_| fault.strikes(Command::Echo).is_some()).count()
        };
        let hits = |seed| {
            let fault = fault(500, seed);
            (0..64).map(|_| fault.strikes(Command::Echo).is_some()).collect::<Vec<_>>()
        };
        assert_eq!((struck(1000, 7), struck(100, 7)), (2000, struck(100, 7)));
        assert!((120..280).contains(&struck(100, 7)));
        assert_eq!(hits(3), hits(3));
        assert_ne!(hits(3), hits(4));
        assert_eq!(fault(1000, 0).strikes(Command::RandomData), None);
    }

    #[test]
    fn it_has_its_time_and_its_tenant() {
        let (acme, shop) = (TenantName::new("acme"), TenantName::new("shop"));
        let fault = fault(1000, 0);
        for (tenant, now, expected) in [
            (&acme, 9, false),
            (&acme, 10, true),
            (&acme, 19, true),
            (&acme, 20, false),
            (&shop, 15, false),
            (&None, 15, false),
        ] {
            assert_eq!(fault.concerns(tenant.as_ref(), Timestamp(now)), expected, "{tenant:?} {now}");
        }
    }
}
