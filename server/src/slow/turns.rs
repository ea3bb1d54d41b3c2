//! Whose turn it is: no threads, no time.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// Turns that are given, and lines of those who wait, one for each tenant.
#[derive(Debug)]
pub(super) struct Turns<T, W> {
    free: usize,
    most_waiting: usize,
    lines: HashMap<T, Line<W>>,
    /// Counts what decides who was served longest ago.
    clock: u64,
}

/// One tenant; it is here as long as it has something at work or waiting.
#[derive(Debug)]
struct Line<W> {
    at_work: usize,
    waiting: VecDeque<W>,
    /// When its last turn ended, or when it came.
    since: u64,
}

/// What becomes of whoever asks for a turn.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place<R> {
    /// The turn is given.
    AtOnce,
    /// It stands in line, and will hear here.
    Line(R),
    /// Too many of its tenant stand in line.
    Full,
}

impl<T: Copy + Eq + Hash, W> Turns<T, W> {
    pub(super) fn new(workers: usize, most_waiting: usize) -> Self {
        Self { free: workers.max(1), most_waiting: most_waiting.max(1), lines: HashMap::new(), clock: 0 }
    }

    /// Takes a turn if one is free, or else stands in line; `is_gone` tells those who do not wait any more.
    pub(super) fn ask<R>(&mut self, whose: T, wait: impl FnOnce() -> (W, R), is_gone: impl Fn(&W) -> bool) -> Place<R> {
        self.clock += 1;
        let since = self.clock;
        let line = self.lines.entry(whose).or_insert_with(|| Line { at_work: 0, waiting: VecDeque::new(), since });
        // Where a turn is free, nobody waits.
        if self.free > 0 {
            self.free -= 1;
            line.at_work += 1;
            return Place::AtOnce;
        }
        if line.waiting.len() >= self.most_waiting {
            line.waiting.retain(|waiting| !is_gone(waiting));
        }
        if line.waiting.len() >= self.most_waiting {
            return Place::Full;
        }
        let (waiting, hears) = wait();
        line.waiting.push_back(waiting);
        Place::Line(hears)
    }

    /// Ends a turn of this tenant; who has the next one.
    pub(super) fn end(&mut self, whose: T) -> Option<(T, W)> {
        self.clock += 1;
        if let Some(line) = self.lines.get_mut(&whose) {
            line.at_work = line.at_work.saturating_sub(1);
            line.since = self.clock;
            if line.at_work == 0 && line.waiting.is_empty() {
                self.lines.remove(&whose);
            }
        }
        let those = self.lines.iter_mut().filter(|(_, line)| !line.waiting.is_empty());
        let next = those.min_by_key(|(_, line)| (line.at_work, line.since));
        let next = next.and_then(|(whose, line)| line.waiting.pop_front().map(|waiting| (*whose, line, waiting)));
        let Some((whose, line, waiting)) = next else {
            self.free += 1;
            return None;
        };
        line.at_work += 1;
        Some((whose, waiting))
    }

    pub(super) fn all_waiting(&self) -> impl Iterator<Item = (T, usize)> {
        self.lines.iter().map(|(whose, line)| (*whose, line.waiting.len()))
    }

    pub(super) fn waiting(&self, whose: T) -> usize {
        self.lines.get(&whose).map_or(0, |line| line.waiting.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turns of tenants that are letters, for jobs that are numbers.
    fn turns(workers: usize, most_waiting: usize) -> Turns<char, u32> {
        Turns::new(workers, most_waiting)
    }

    fn ask(turns: &mut Turns<char, u32>, whose: char, job: u32) -> Place<()> {
        turns.ask(whose, || (job, ()), |job| *job == 0)
    }

    #[test]
    fn a_thousand_waiting_jobs_of_one_tenant_hold_up_another_s_for_one_job() {
        for workers in [1, 2, 4] {
            let mut turns = turns(workers, 1000);
            let places: Vec<_> = (0..1000 + workers).map(|_| ask(&mut turns, 'a', 1)).collect();
            assert_eq!(places.iter().filter(|place| **place == Place::AtOnce).count(), workers);
            assert_eq!((ask(&mut turns, 'b', 2), ask(&mut turns, 'c', 3)), (Place::Line(()), Place::Line(())));
            // Whichever worker is the first to be free works for those who have none, in the order in which they came.
            assert_eq!(turns.end('a'), Some(('b', 2)), "{workers} workers");
            let next = turns.end(if workers == 1 { 'b' } else { 'a' });
            assert_eq!(next, Some(('c', 3)), "{workers} workers");
        }
    }

    #[test]
    fn those_whose_work_waits_have_it_done_in_turn() {
        let mut turns = turns(1, 10);
        assert_eq!(ask(&mut turns, 'a', 0), Place::AtOnce);
        for (whose, jobs) in [('a', 6), ('b', 2), ('c', 3)] {
            (1..=jobs).for_each(|job| assert_eq!(ask(&mut turns, whose, job), Place::Line(())));
        }
        let (mut order, mut ended) = (String::new(), 'a');
        while let Some((whose, _)) = turns.end(ended) {
            order.push(whose);
            ended = whose;
        }
        assert_eq!(order, "bcabcacaaaa");
        assert!(turns.lines.is_empty() && turns.free == 1, "{turns:?}");
    }

    #[test]
    fn newcomers_do_not_hold_up_for_ever_whoever_waits() {
        let mut turns = turns(1, 1000);
        assert!((0..100).all(|job| ask(&mut turns, 'a', job) != Place::Full));
        let (mut ended, mut done) = ('a', 0);
        for newcomer in ('\u{4e00}'..).take(300) {
            ask(&mut turns, newcomer, 1);
            let (whose, _) = turns.end(ended).expect("somebody waits");
            done += u32::from(whose == 'a');
            ended = whose;
        }
        assert!(done > 10, "{done}");
    }

    #[test]
    fn a_line_is_bounded_and_those_who_are_gone_make_room() {
        let mut turns = turns(1, 2);
        let places: Vec<_> = [1, 0, 2, 3].into_iter().map(|job| ask(&mut turns, 'a', job)).collect();
        assert_eq!(places, [Place::AtOnce, Place::Line(()), Place::Line(()), Place::Line(())]);
        assert_eq!((ask(&mut turns, 'a', 4), turns.waiting('a')), (Place::Full, 2));
        assert_eq!((ask(&mut turns, 'b', 5), turns.waiting('b')), (Place::Line(()), 1), "another tenant's is its own");
    }
}
