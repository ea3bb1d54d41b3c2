//! Renders what is generated from the table: the two documents and the fuzz dictionary.
//!
//! The documents are written by `cargo run -p strongroom-protocol --example manual`, and a test says when they are
//! stale.

mod commands;
mod deviations;

use crate::command::{Command, Needs};

pub use commands::commands;
pub use deviations::deviations;

/// Every word of the wire, each once: what a fuzzer needs to get past the first check.
#[must_use]
pub fn dictionary() -> Vec<String> {
    let mut words: Vec<String> = ["AO", "AG", "AM", "AN", "BB", "ERRO"].map(str::to_owned).to_vec();
    for spec in Command::ALL.iter().map(|command| command.spec()) {
        words.push(spec.name.to_owned());
        for field in spec.request.iter().chain(spec.response) {
            words.push(field.tag.to_string());
            words.extend(field.codes.iter().map(|(code, _)| format!("{}{code};", field.tag)));
        }
    }
    words.sort();
    words.dedup();
    words
}

/// What a caller needs, in words.
fn needs(needs: Needs) -> String {
    match needs {
        Needs::Nothing => "nothing".to_owned(),
        Needs::Tenant => "a tenant's connection".to_owned(),
        Needs::Permission(name) => format!("permission `{name}`"),
        Needs::Administration => "a connection to the administration listener".to_owned(),
    }
}

/// Documentation as it stands in a table's cell.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_has_every_name_and_tag_once() {
        let words = dictionary();
        for command in Command::ALL {
            let spec = command.spec();
            assert!(words.iter().any(|word| word == spec.name));
            assert!(spec.request.iter().all(|field| words.contains(&field.tag.to_string())));
        }
        assert!(words.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_cell_stays_in_its_row() {
        assert_eq!(cell(" one\n two | three"), "one two \\| three");
    }
}
