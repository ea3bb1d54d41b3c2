//! The generated documents say what the table says.

use std::fs;
use std::path::Path;

use strongroom_protocol::command::Command;
use strongroom_protocol::manual;

#[test]
fn the_documents_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let transcripts: Vec<(&str, String)> = Command::ALL
        .iter()
        .map(|command| command.spec().path)
        .filter_map(|path| {
            Some((path, fs::read_to_string(root.join(format!("fixtures/transcripts/{path}.txt"))).ok()?))
        })
        .collect();
    let transcript = |path: &str| transcripts.iter().find(|(name, _)| *name == path).map(|(_, text)| text.as_str());
    for (name, expected) in [("commands.md", manual::commands(transcript)), ("deviations.md", manual::deviations())] {
        let written = fs::read_to_string(root.join("docs").join(name)).unwrap_or_default();
        assert!(
            written == expected,
            "docs/{name} is stale; write it anew with: cargo run -p strongroom-protocol --example manual"
        );
    }
}
