//! What was seen: latencies and outcomes, for the whole run and for each second.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;

/// Longest latency that is told apart, in nanoseconds; longer ones count as this.
const LONGEST: u64 = 600_000_000_000;
/// Significant digits of a latency.
const DIGITS: u8 = 3;
/// Examples of what went wrong that are kept.
const EXAMPLES: usize = 8;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The reply is right.
    Right,
    /// The reply is not what it must be.
    Wrong,
    /// The HSM refused.
    Refused,
    /// The connection ended before the reply.
    Lost,
}

/// Counts by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) right: u64,
    pub(super) wrong: u64,
    pub(super) refused: u64,
    pub(super) lost: u64,
}

impl Counts {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Right => self.right += 1,
            Outcome::Wrong => self.wrong += 1,
            Outcome::Refused => self.refused += 1,
            Outcome::Lost => self.lost += 1,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.refused += other.refused;
        self.lost += other.lost;
    }

    /// All that were answered or lost.
    pub(super) fn all(&self) -> u64 {
        self.right + self.errors()
    }

    /// All that did not end right.
    pub(super) fn errors(&self) -> u64 {
        self.wrong + self.refused + self.lost
    }
}

/// Counts and latencies of one thing; latencies are of replies only, in nanoseconds.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) counts: Counts,
    pub(super) latencies: Histogram<u64>,
}

impl Series {
    fn new() -> Self {
        Self { counts: Counts::default(), latencies: histogram() }
    }

    fn add(&mut self, outcome: Outcome, latency: Duration) {
        self.counts.add(outcome);
        if outcome != Outcome::Lost {
            self.latencies.saturating_record(nanoseconds(latency).max(1));
        }
    }

    fn merge(&mut self, other: &Self) {
        self.counts.merge(&other.counts);
        // Both have the same bounds.
        let _ = self.latencies.add(&other.latencies);
    }

    fn clear(&mut self) {
        self.counts = Counts::default();
        self.latencies.reset();
    }

    /// The latency that this part of the replies, 0 to 1, did not exceed.
    pub(super) fn quantile(&self, quantile: f64) -> Duration {
        Duration::from_nanos(self.latencies.value_at_quantile(quantile))
    }

    /// The longest latency.
    pub(super) fn longest(&self) -> Duration {
        Duration::from_nanos(self.latencies.max())
    }
}

fn histogram() -> Histogram<u64> {
    // The bounds are good ones, as every test shows.
    Histogram::new_with_bounds(1, LONGEST, DIGITS).unwrap_or_else(|_| unreachable!("bounds"))
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// What a part of the connections saw.
#[derive(Debug)]
struct Shard {
    requests: Vec<Series>,
    nodes: Vec<Series>,
    /// Since it was looked at last.
    interval: Series,
    interval_nodes: Vec<u64>,
    late: Histogram<u64>,
    connections_lost: u64,
    examples: Vec<String>,
}

/// What all connections see. Each shard is shared by few of them, so that none waits for another.
#[derive(Debug)]
pub(super) struct Recorder {
    shards: Vec<Mutex<Shard>>,
}

/// What was seen in one second.
#[derive(Debug)]
pub(super) struct Interval {
    /// Seconds from the beginning to its end.
    pub(super) at: f64,
    /// Its length in seconds.
    pub(super) length: f64,
    pub(super) series: Series,
    /// Replies of each node.
    pub(super) nodes: Vec<u64>,
}

/// What was seen in all.
#[derive(Debug)]
pub(super) struct Totals {
    pub(super) all: Series,
    pub(super) requests: Vec<Series>,
    pub(super) nodes: Vec<Series>,
    /// How long after they were due the requests of an open loop were sent, in nanoseconds.
    pub(super) late: Histogram<u64>,
    pub(super) connections_lost: u64,
    /// What went wrong, each text once.
    pub(super) examples: Vec<String>,
}

impl Recorder {
    /// For so many requests and nodes.
    pub(super) fn new(shards: usize, requests: usize, nodes: usize) -> Self {
        let shard = || Shard {
            requests: vec![Series::new(); requests],
            nodes: vec![Series::new(); nodes],
            interval: Series::new(),
            interval_nodes: vec![0; nodes],
            late: histogram(),
            connections_lost: 0,
            examples: Vec::new(),
        };
        Self { shards: (0..shards.max(1)).map(|_| Mutex::new(shard())).collect() }
    }

    fn shard(&self, connection: usize) -> MutexGuard<'_, Shard> {
        let shard = &self.shards[connection % self.shards.len()];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records the end of one request.
    pub(super) fn request(&self, connection: usize, node: usize, request: usize, outcome: Outcome, latency: Duration) {
        let mut shard = self.shard(connection);
        shard.requests[request].add(outcome, latency);
        shard.nodes[node].add(outcome, latency);
        shard.interval.add(outcome, latency);
        if outcome != Outcome::Lost {
            shard.interval_nodes[node] += 1;
        }
    }

    /// Records by how much a request was sent after it was due.
    pub(super) fn late(&self, connection: usize, late: Duration) {
        self.shard(connection).late.saturating_record(nanoseconds(late).max(1));
    }

    /// Keeps an example of what went wrong.
    pub(super) fn example(&self, connection: usize, text: impl FnOnce() -> String) {
        let mut shard = self.shard(connection);
        if shard.examples.len() < EXAMPLES {
            let text = text();
            if !shard.examples.contains(&text) {
                shard.examples.push(text);
            }
        }
    }

    /// Counts a connection that ended or could not be made.
    pub(super) fn connection_lost(&self, connection: usize) {
        self.shard(connection).connections_lost += 1;
    }

    /// Forgets everything: the warm-up is over.
    pub(super) fn clear(&self) {
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let shard = &mut *shard;
            shard.requests.iter_mut().chain(&mut shard.nodes).for_each(Series::clear);
            shard.interval.clear();
            shard.interval_nodes.fill(0);
            shard.late.reset();
            shard.connections_lost = 0;
            shard.examples.clear();
        }
    }

    /// What was seen since the last interval.
    pub(super) fn interval(&self, at: f64, length: f64) -> Interval {
        let mut interval = Interval { at, length, series: Series::new(), nodes: Vec::new() };
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let shard = &mut *shard;
            interval.series.merge(&shard.interval);
            shard.interval.clear();
            interval.nodes.resize(shard.interval_nodes.len(), 0);
            for (sum, count) in interval.nodes.iter_mut().zip(&mut shard.interval_nodes) {
                *sum += std::mem::take(count);
            }
        }
        interval
    }

    /// What was seen in all.
    pub(super) fn totals(&self) -> Totals {
        let mut totals = Totals {
            all: Series::new(),
            requests: Vec::new(),
            nodes: Vec::new(),
            late: histogram(),
            connections_lost: 0,
            examples: Vec::new(),
        };
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            totals.requests.resize_with(shard.requests.len(), Series::new);
            totals.nodes.resize_with(shard.nodes.len(), Series::new);
            shard.requests.iter().for_each(|series| totals.all.merge(series));
            totals.requests.iter_mut().zip(&shard.requests).for_each(|(sum, series)| sum.merge(series));
            totals.nodes.iter_mut().zip(&shard.nodes).for_each(|(sum, series)| sum.merge(series));
            // As above.
            let _ = totals.late.add(&shard.late);
            totals.connections_lost += shard.connections_lost;
            for example in &shard.examples {
                if totals.examples.len() < EXAMPLES && !totals.examples.contains(example) {
                    totals.examples.push(example.clone());
                }
            }
        }
        totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_summed_and_intervals_begin_anew() {
        let recorder = Recorder::new(2, 2, 1);
        let ms = Duration::from_millis;
        for (connection, request, outcome, latency) in [
            (0, 0, Outcome::Right, ms(1)),
            (1, 0, Outcome::Wrong, ms(3)),
            (2, 1, Outcome::Refused, ms(5)),
            (3, 1, Outcome::Lost, ms(900)),
        ] {
            recorder.request(connection, 0, request, outcome, latency);
        }
        recorder.example(0, || "same".to_owned());
        recorder.example(1, || "same".to_owned());
        let interval = recorder.interval(1.0, 1.0);
        assert_eq!((interval.series.counts.all(), interval.nodes.as_slice()), (4, &[3][..]));
        assert_eq!(recorder.interval(2.0, 1.0).series.counts.all(), 0);
        let totals = recorder.totals();
        assert_eq!(totals.all.counts, Counts { right: 1, wrong: 1, refused: 1, lost: 1 });
        assert_eq!(totals.all.counts.errors(), 3);
        assert_eq!(totals.all.longest().as_micros() / 10, 500, "what was lost has no latency");
        assert_eq!(totals.examples, ["same"]);
        recorder.clear();
        assert_eq!(recorder.totals().all.counts.all(), 0);
    }
}
