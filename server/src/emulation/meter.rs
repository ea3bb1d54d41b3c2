//! So many commands a second, evenly: each has its turn, one interval after the one before.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Nothing waits longer for its turn.
const LONGEST: Duration = Duration::from_secs(10);
/// Commands that come in one go are let through where the mean allows it.
const LENIENCE: Duration = Duration::from_millis(10);

/// The next turn.
#[derive(Debug, Default)]
pub(super) struct Meter(Mutex<Option<Instant>>);

impl Meter {
    /// Takes the next turn; how long it is until then. `None` where too many wait.
    pub(super) fn queue(&self, rate: u32) -> Option<Duration> {
        self.take(rate, LONGEST)
    }

    /// Takes a turn if there is one now.
    pub(super) fn at_once(&self, rate: u32) -> bool {
        self.take(rate, LENIENCE).is_some()
    }

    fn take(&self, rate: u32, most: Duration) -> Option<Duration> {
        let now = Instant::now();
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or(now, |next| next.max(now));
        let wait = turn - now;
        if wait > most {
            return None;
        }
        *next = Some(turn + Duration::from_secs(1) / rate.max(1));
        Some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_an_interval_apart_and_bounded() {
        let meter = Meter::default();
        let waits: Vec<Duration> = (0..50).map_while(|_| meter.queue(10)).collect();
        assert!(waits[0].is_zero() && waits[49] > Duration::from_millis(4500), "{waits:?}");
        let meter = Meter::default();
        let waits: Vec<Duration> = (0..1000).map_while(|_| meter.queue(10)).collect();
        assert!((100..=102).contains(&waits.len()), "ten seconds of them and no more");
    }

    #[test]
    fn without_a_queue_only_what_the_mean_allows_is_served() {
        let meter = Meter::default();
        let served = (0..1000).filter(|_| meter.at_once(1000)).count();
        // The first at once, ten within the lenience, and what the loop itself took.
        assert!((10..100).contains(&served), "{served}");
    }
}
