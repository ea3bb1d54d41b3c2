//! When requests are due.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

/// So that the end of the run is noticed.
const NAP: Duration = Duration::from_millis(50);

/// How requests follow each other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pace {
    /// Each connection sends as soon as it has fewer than its depth in flight: the HSM sets the rate.
    Closed,
    /// Requests are due at times that do not depend on how fast they are answered, and a late one counts from when it was
    /// due: so a stall shows in every request that it delayed (no coordinated omission).
    Open {
        /// Requests a second, in all.
        rate: f64,
        /// Seconds in which the rate rises from nothing.
        ramp: f64,
    },
}

impl Pace {
    /// Tells each connection when its sequences are due, in turn, until `stop` is set or nobody listens. It blocks: timers of
    /// the reactor tick in milliseconds, too coarse for a pace.
    pub(super) fn keep(self, begin: Instant, connections: &[mpsc::UnboundedSender<Instant>], stop: &AtomicBool) {
        for (number, connection) in (0..).zip(connections.iter().cycle()) {
            let Some(due) = self.due(number).map(|due| begin + due) else { return };
            loop {
                let wait = due.saturating_duration_since(Instant::now());
                if stop.load(Ordering::Relaxed) || connections.iter().all(mpsc::UnboundedSender::is_closed) {
                    return;
                }
                if wait.is_zero() {
                    break;
                }
                std::thread::sleep(wait.min(NAP));
            }
            // A connection that has ended listens no more, and the others go on.
            let _ = connection.send(due);
        }
    }

    /// When the request of this number, counted from 0 over all connections, is due after the beginning; `None` where no time
    /// is set.
    pub(super) fn due(self, number: u64) -> Option<Duration> {
        let Self::Open { rate, ramp } = self else { return None };
        #[expect(clippy::cast_precision_loss, reason = "2^53 requests are more than any run has")]
        let number = number as f64;
        // Within the ramp rate·t²/(2·ramp) requests were due by t.
        let in_ramp = rate * ramp / 2.0;
        let seconds = if number < in_ramp { (2.0 * number * ramp / rate).sqrt() } else { number / rate + ramp / 2.0 };
        Some(Duration::from_secs_f64(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(pace: Pace, number: u64) -> f64 {
        pace.due(number).expect("open").as_secs_f64()
    }

    #[test]
    fn an_open_loop_is_even_and_its_ramp_rises_without_a_jump() {
        let even = Pace::Open { rate: 100.0, ramp: 0.0 };
        assert!((seconds(even, 250) - 2.5).abs() < 1e-9);
        let ramp = Pace::Open { rate: 100.0, ramp: 4.0 };
        // 200 requests are due in the four seconds of the ramp, and then 100 a second.
        assert!((seconds(ramp, 200) - 4.0).abs() < 1e-9 && (seconds(ramp, 300) - 5.0).abs() < 1e-9);
        assert!((seconds(ramp, 50) - 2.0).abs() < 1e-9, "a quarter of them in half the time");
        assert!((1..400).all(|number| seconds(ramp, number) > seconds(ramp, number - 1)));
        assert_eq!(Pace::Closed.due(7), None);
    }
}
