//! What is wrong with the configuration, where, and what to do.

use std::fmt;
use std::path::{Path, PathBuf};

use super::validate::Fault;

/// A mistake in the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Error {
    path: PathBuf,
    line: Option<usize>,
    text: String,
}

impl Error {
    pub(super) fn unreadable(path: &Path, source: &std::io::Error) -> Self {
        let text = format!("{source}; `strongroom init DIR` writes a configuration, DIR/strongroom.toml");
        Self { path: path.to_owned(), line: None, text }
    }

    pub(super) fn syntax(path: &Path, text: &str, source: &toml::de::Error) -> Self {
        let line = source.span().map(|span| line_at(text, span.start));
        Self { path: path.to_owned(), line, text: with_nearest(source.message()) }
    }

    pub(super) fn fault(path: &Path, text: &str, fault: &Fault) -> Self {
        Self { path: path.to_owned(), line: Some(line_of(text, fault)), text: fault.text.clone() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path.display(), self.text),
            None => write!(f, "{}: {}", self.path.display(), self.text),
        }
    }
}

impl std::error::Error for Error {}

/// Line of a byte, counted from 1.
fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// The parser's message, with the nearest of the names that it expected.
fn with_nearest(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown").then(|| quoted.next()).flatten();
    let Some(given) = unknown else { return message.to_owned() };
    let nearest = quoted.max_by(|a, b| likeness(given, a).total_cmp(&likeness(given, b)));
    match nearest.filter(|name| likeness(given, name) > 0.8) {
        Some(nearest) => format!("unknown name `{given}`; did you mean `{nearest}`?"),
        None => message.to_owned(),
    }
}

pub(super) fn likeness(one: &str, other: &str) -> f64 {
    strsim::jaro_winkler(one, other)
}

/// The line of a value: its table's n-th header, then its key. The header, or the first line, where it is not written.
fn line_of(text: &str, fault: &Fault) -> usize {
    let mut tables = 0;
    let mut inside = fault.table.is_empty();
    let mut line = 1;
    for (index, content) in text.lines().enumerate() {
        let content = content.trim();
        if content.starts_with('[') && content.contains(']') && !content.contains('=') {
            if inside && !fault.table.is_empty() {
                break;
            }
            let here = content.trim_matches(|c| c == '[' || c == ']' || c == ' ') == fault.table;
            inside = here && tables == fault.occurrence;
            tables += usize::from(here);
            if inside {
                line = index + 1;
            }
        } else if inside && content.split('=').next().is_some_and(|key| key.trim() == fault.key) {
            return index + 1;
        }
    }
    line
}
