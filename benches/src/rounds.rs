//! Many short rounds, floor and work in turn, in processor time of the thread, of which the tenth percentile counts: a
//! busy machine moves them alike, and hardly at all.

use crate::machine::thread_seconds;

/// How many, and how long each.
#[derive(Clone, Copy, Debug)]
pub struct Rounds {
    /// Rounds of each.
    pub count: usize,
    /// Seconds that a round takes.
    pub seconds: f64,
}

impl Rounds {
    /// As many as figures need.
    pub const FULL: Self = Self { count: 101, seconds: 1e-3 };
    /// As few as show that it runs; the figures mean nothing.
    pub const QUICK: Self = Self { count: 1, seconds: 1e-4 };

    /// Nanoseconds that each run takes.
    pub fn measure<const N: usize>(self, mut runs: [&mut dyn FnMut(); N]) -> [f64; N] {
        let counts = runs.each_mut().map(|run| self.runs(run));
        let mut times = [const { Vec::new() }; N];
        for _ in 0..self.count.max(1) {
            for ((run, times), count) in runs.iter_mut().zip(&mut times).zip(counts) {
                times.push(timed(run, count) * 1e9 / f64::from(count));
            }
        }
        times.map(tenth)
    }

    /// So many runs take a round.
    fn runs(self, run: &mut dyn FnMut()) -> u32 {
        let mut count = 1;
        while timed(run, count) < self.seconds / 2.0 {
            count *= 2;
        }
        count
    }
}

/// Seconds that so many runs take.
fn timed(run: &mut dyn FnMut(), count: u32) -> f64 {
    let begun = thread_seconds();
    for _ in 0..count {
        run();
    }
    thread_seconds() - begun
}

fn tenth(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 10).copied().unwrap_or_default()
}

/// The middle one.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
