//! The generated documents say what the table says.

use std::fs;
use std::path::Path;

use strongroom_protocol::command::Spec;
use strongroom_protocol::manual;

#[test]
fn the_documents_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let transcripts = fixtures::transcript::all();
    let example = |spec: &Spec| {
        let transcript = transcripts.iter().find(|transcript| transcript.path == spec.path)?;
        transcript.example(spec.name)
    };
    for (name, expected) in [("commands.md", manual::commands(example)), ("deviations.md", manual::deviations())] {
        let written = fs::read_to_string(root.join("docs").join(name)).unwrap_or_default();
        assert!(
            written == expected,
            "docs/{name} is stale; write it anew with: cargo run -p strongroom-protocol --example manual"
        );
    }
}
