//! The goals of the project's speed as ratios, each with a gate and an aim: what is measured, and how it stands.

pub mod callgrind;
pub mod connections;
pub mod in_process;
pub mod over_tls;
pub mod peers;
pub mod scale;
pub mod store;
pub mod table;

use std::collections::BTreeSet;

pub use table::{Goal, Line};

use crate::rounds::Rounds;

/// Share of the machine that others may take before what depends on waiting means little.
pub const FOREIGN: f64 = 0.3;

/// What to measure, and how thoroughly.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Rows, all where empty.
    pub only: BTreeSet<u8>,
    /// So short that only counts mean something.
    pub quick: bool,
}

impl Run {
    /// Whether any of these rows is asked for.
    #[must_use]
    pub fn wants(&self, rows: &[u8]) -> bool {
        self.only.is_empty() || rows.iter().any(|row| self.only.contains(row))
    }

    /// How long rounds in process are.
    #[must_use]
    pub fn rounds(&self) -> Rounds {
        if self.quick { Rounds::QUICK } else { Rounds::FULL }
    }

    /// Pairs of runs, floor and product in turn.
    #[must_use]
    pub fn pairs(&self) -> usize {
        if self.quick { 1 } else { 7 }
    }

    /// Seconds of one run.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        if self.quick { 0.2 } else { 0.8 }
    }
}

/// Something that measures rows.
pub type Theme = fn(&Run) -> anyhow::Result<Vec<Line>>;

/// Everything that one command measures: rows and what measures them.
pub const THEMES: &[(&[u8], Theme)] = &[
    (&[1, 2, 3, 4], in_process::key_blocks),
    (&[5], in_process::key_wrap),
    (&[6], in_process::engine),
    (&[7], over_tls::instructions),
    (&[8, 9, 10, 11], over_tls::pairs),
    (&[12], connections::idle),
    (&[13], connections::after_long_requests),
    (&[14], connections::handshakes),
    (&[15, 17], scale::keys),
    (&[15], scale::keys_in_process),
    (&[16], scale::insert),
    (&[18], scale::tenants),
    (&[19, 20], store::commits_rows),
    (&[21], over_tls::beside_slow_work),
    (&[22], in_process::threads),
];
