//! What goes to standard output: aligned text, or JSON.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::failure::Failure;

/// Where results go.
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// As [`note`].
    pub(crate) fn note(&self, text: &str) {
        note(text);
    }

    /// The value in JSON, or else the text.
    pub(crate) fn show<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) -> Result<(), Failure> {
        self.write(if self.json { Some(serde_json::to_string_pretty(value)) } else { None }, text)
    }

    /// As [`Self::show`], for one of many: JSON on one line.
    pub(crate) fn show_line<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) -> Result<(), Failure> {
        self.write(if self.json { Some(serde_json::to_string(value)) } else { None }, text)
    }

    fn write(&self, json: Option<serde_json::Result<String>>, text: impl FnOnce() -> String) -> Result<(), Failure> {
        let text = match json {
            Some(json) => json.map_err(|error| Failure::usage(format!("JSON: {error}")))? + "\n",
            None => text(),
        };
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            // The reader of a pipe has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            outcome => outcome.map_err(|error| Failure::usage(format!("standard output: {error}"))),
        }
    }
}

/// A line for the user beside the result: on standard error, where it does not mix with what a program reads.
pub(crate) fn note(text: &str) {
    // There is nowhere left to say that even this failed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Rows with their columns aligned, two spaces between them, nothing at the ends of lines.
pub(crate) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter(|row| row.len() > column + 1).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:<width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_align_and_lines_end_clean() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        let rows = [row(&["a", "bcd", "e"]), row(&["fgh", "", "i"]), row(&["a very long only cell"])];
        assert_eq!(super::columns(&rows), "a    bcd  e\nfgh       i\na very long only cell\n");
    }
}
