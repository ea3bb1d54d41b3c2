//! An explained frame as text.

use super::field::Explained as ExplainedField;
use super::{Direction, Explained};
use crate::output::columns;

/// Longest value that is shown whole beside its meaning.
const WIDE: usize = 34;

impl Explained {
    /// A heading, a line a tag, the parts of key blocks below their tag, what is wrong at the end.
    pub(crate) fn render(&self) -> String {
        let way = match self.direction {
            Direction::Request => "request",
            Direction::Reply => "reply",
            Direction::Either if self.summary.is_some() => "request or reply, which look alike",
            Direction::Either => "unknown command",
        };
        let summary = self.summary.as_ref().map(|summary| format!(": {summary}")).unwrap_or_default();
        let rows: Vec<_> = self.fields.iter().flat_map(rows).collect();
        let mut text = format!("{}  {way}{summary}\n{}", self.command, columns(&rows));
        for problem in &self.problems {
            text.push_str(&format!("note: {problem}\n"));
        }
        text
    }
}

fn rows(field: &ExplainedField) -> Vec<Vec<String>> {
    let meaning = field.meaning.as_ref().map(|meaning| format!("{meaning}  ({})", field.text));
    let mut rows = vec![vec![field.tag.clone(), shown(field), meaning.unwrap_or_else(|| field.text.clone())]];
    for part in &field.parts {
        rows.push(vec![String::new(), format!("  {} {}", part.name, part.value), part.meaning.clone()]);
    }
    rows
}

fn shown(field: &ExplainedField) -> String {
    match &field.value {
        None => format!("(hidden, {} characters)", field.length),
        Some(value) if value.is_empty() => "(empty)".to_owned(),
        // What is cut is still there in JSON; of a key block the header is what can be read.
        Some(value) if value.chars().count() > WIDE => {
            let head: String = value.chars().take(16).collect();
            format!("{head}.. ({} characters)", field.length)
        }
        Some(value) => value.clone(),
    }
}
