//! Faults that are made on purpose.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use protocol::ErrorCode;
use protocol::command::Command;
use protocol::command::behaviour::add_fault::Request;
use protocol::fault::Misfit;
use protocol::field::code::FaultKind;
use protocol::field::latency::Latency;
use protocol::field::number::Number;
use sha2::{Digest as _, Sha256};

use crate::command;
use crate::error::Error;
use crate::hsm::Timestamp;
use crate::tenant::TenantName;

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
    /// The fault that is asked for, which begins and ends counting from `now`.
    pub(crate) fn new(
        number: u32,
        request: &Request,
        tenant: Option<TenantName>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let command = request.command.as_ref().map(|name| command::named(name.as_str())).transpose()?;
        match request.misfit() {
            None => {}
            Some(Misfit::Needed(tag, rule)) => return Err(Error::FieldNeeded { tag, rule }),
            Some(Misfit::Surplus(tag, rule)) => return Err(Error::Conflict { tag, rule }),
            Some(Misfit::NoError(tag, rule)) => return Err(Error::Field { tag, rule }),
        }
        let begins = Timestamp(now.0 + request.after.map_or(0, |after| u64::from(after.value())));
        Ok(Self {
            number,
            kind: request.kind,
            tenant,
            command,
            per_thousand: request.per_thousand.map_or(1000, Number::value),
            delay: request.delay,
            error: request.error_code().unwrap_or(ErrorCode::MajorKeyMissing),
            begins,
            ends: Timestamp(begins.0 + u64::from(request.seconds.value())),
            seed: request.seed.map_or(0, Number::value),
            asked: AtomicU64::new(0),
            struck: AtomicU64::new(0),
        })
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

impl fmt::Display for Fault {
    /// As the audit tells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, kind, begins, ends, .. } = self;
        let whom = self.tenant.as_ref().map_or("every tenant", TenantName::as_str);
        let what = self.command.map_or("every command", |command| command.spec().name);
        let seconds = ends.0 - begins.0;
        write!(f, "fault {number} of kind {} for {whom}, {what}, lasts {seconds} s", kind.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(per_thousand: u32, seed: u32) -> Fault {
        let settings = format!("drop command=ECHO percent={} seed={seed} for=10", f64::from(per_thousand) / 10.0);
        let request = Request::from_line(&settings).expect("a fault");
        Fault::new(1, &request, TenantName::new("acme"), Timestamp(10)).expect("a fault")
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
