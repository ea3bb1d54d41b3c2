//! Lines of the table, their verdicts, and the file in which they stand between runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::FOREIGN;

/// What a figure is to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Goal {
    /// At most the first, better at most the second.
    Most(f64, f64),
    /// At least the first, better at least the second.
    Least(f64, f64),
    /// It is only told.
    None,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Row of the list of goals.
    pub row: u8,
    /// What it is.
    pub what: String,
    /// The figure, if there is one.
    pub measured: Option<f64>,
    /// What it is to be.
    pub goal: Goal,
    /// Whether somebody else's load moves it.
    pub waits: bool,
    /// Share of the machine that others took meanwhile.
    pub foreign: f64,
    /// What else is to be said.
    pub note: String,
}

impl Line {
    /// A count, or a ratio of processor times, which others hardly move.
    #[must_use]
    pub fn new(row: u8, what: impl Into<String>, measured: f64, goal: Goal) -> Self {
        let (what, measured, note) = (what.into(), Some(measured), String::new());
        Self { row, what, measured, goal, waits: false, foreign: 0.0, note }
    }

    /// A ratio of rates or of latencies, which others move.
    #[must_use]
    pub fn waiting(row: u8, what: impl Into<String>, measured: f64, goal: Goal, foreign: f64) -> Self {
        Self { waits: true, foreign, ..Self::new(row, what, measured, goal) }
    }

    /// What cannot be measured, and why.
    #[must_use]
    pub fn missing(row: u8, what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { measured: None, note: why.into(), ..Self::new(row, what, 0.0, Goal::None) }
    }

    /// The same with a word of explanation.
    #[must_use]
    pub fn noted(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// Whether it is better than its gate, and than its aim.
    #[must_use]
    pub fn reaches(&self) -> Option<(bool, bool)> {
        let measured = self.measured?;
        match self.goal {
            Goal::Most(gate, aim) => Some((measured <= gate, measured <= aim)),
            Goal::Least(gate, aim) => Some((measured >= gate, measured >= aim)),
            Goal::None => None,
        }
    }

    /// How it stands.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match self.reaches() {
            Some((true, true)) => "met",
            Some((true, false)) => "gate only",
            Some((false, _)) if self.waits && self.foreign > FOREIGN => "advisory",
            Some((false, _)) => "missed",
            None if self.measured.is_none() => "not there",
            None => "",
        }
    }

    fn cells(&self) -> [String; 6] {
        let (gate, aim) = match self.goal {
            Goal::Most(gate, aim) => (format!("≤ {}", number(gate)), format!("≤ {}", number(aim))),
            Goal::Least(gate, aim) => (format!("≥ {}", number(gate)), format!("≥ {}", number(aim))),
            Goal::None => (String::new(), String::new()),
        };
        let what = if self.note.is_empty() { self.what.clone() } else { format!("{} ({})", self.what, self.note) };
        let measured = self.measured.map(number).unwrap_or_default();
        [self.row.to_string(), what, measured, gate, aim, self.verdict().to_owned()]
    }
}

/// A number with as many digits as mean something.
#[must_use]
pub fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        small if small >= 0.095 || value == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// The lines as a table in Markdown.
#[must_use]
pub fn markdown(lines: &[Line]) -> String {
    let head = ["row", "what", "measured", "gate", "aim", "verdict"].map(str::to_owned);
    let mut rows = vec![head];
    rows.extend(lines.iter().map(Line::cells));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {} |", cells.join(" | "));
        if index == 0 {
            let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            let _ = writeln!(text, "| {} |", rules.join(" | "));
        }
    }
    text
}

/// Lines of earlier runs with those of this one in their places, in the order of rows.
///
/// # Errors
/// A file that cannot be written.
pub fn merge(path: &Path, lines: &[Line]) -> anyhow::Result<Vec<Line>> {
    let kept: Vec<Line> = match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(_) => Vec::new(),
    };
    let mut by_row: BTreeMap<u8, Vec<Line>> = BTreeMap::new();
    let is_new = |line: &Line| lines.iter().any(|new| new.row == line.row);
    for line in kept.into_iter().filter(|line| !is_new(line)).chain(lines.iter().cloned()) {
        by_row.entry(line.row).or_default().push(line);
    }
    let merged: Vec<Line> = by_row.into_values().flatten().collect();
    std::fs::write(path, serde_json::to_vec_pretty(&merged)?)?;
    Ok(merged)
}
