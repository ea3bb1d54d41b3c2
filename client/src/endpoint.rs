//! One address: how it is reached and whether it is well.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::dial::Dialer;

/// What the connections to one address share.
pub(crate) struct Endpoint {
    pub(crate) dialer: Dialer,
    in_flight: AtomicUsize,
    /// Failures since the last answer.
    failures: AtomicU32,
    passed_over_until: Mutex<Option<Instant>>,
    back_off: (Duration, Duration),
}

impl Endpoint {
    pub(crate) fn new(dialer: Dialer, back_off: (Duration, Duration)) -> Self {
        Self {
            dialer,
            in_flight: AtomicUsize::new(0),
            failures: AtomicU32::new(0),
            passed_over_until: Mutex::new(None),
            back_off,
        }
    }

    pub(crate) fn address(&self) -> &Arc<str> {
        &self.dialer.address
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Until when calls should go elsewhere; `None` for a healthy address.
    pub(crate) fn passed_over_until(&self) -> Option<Instant> {
        if self.failures.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let until = *self.passed_over_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.filter(|until| *until > Instant::now())
    }

    /// A connection could not be made or was lost with calls on it.
    pub(crate) fn failed(&self) {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed);
        let (shortest, longest) = self.back_off;
        let wait = shortest.saturating_mul(1 << failures.min(16)).min(longest);
        let until = Instant::now() + wait.mul_f64(jitter());
        *self.passed_over_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
    }

    /// An answer came.
    pub(crate) fn answered(&self) {
        // Nearly always zero already: a plain load keeps the cache line shared.
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
    }
}

/// From 0.75 to 1.25, so that clients that lost a node together do not come back together.
fn jitter() -> f64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    let noise = std::hash::RandomState::new().build_hasher().finish() % 1000;
    0.75 + f64::from(u32::try_from(noise).unwrap_or(0)) / 2000.0
}

/// Counts a call on its address for as long as it is not answered.
pub(crate) struct InFlight(Arc<Endpoint>, Arc<AtomicUsize>);

impl InFlight {
    pub(crate) fn new(endpoint: &Arc<Endpoint>, connection: &Arc<AtomicUsize>) -> Self {
        endpoint.in_flight.fetch_add(1, Ordering::Relaxed);
        connection.fetch_add(1, Ordering::Relaxed);
        Self(endpoint.clone(), connection.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
        self.1.fetch_sub(1, Ordering::Relaxed);
    }
}
