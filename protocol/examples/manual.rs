//! Writes docs/commands.md and docs/deviations.md.

use std::path::Path;
use std::{fs, io};

use strongroom_protocol::command::Spec;
use strongroom_protocol::manual;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let transcripts = fixtures::transcript::all();
    let example = |spec: &Spec| {
        let transcript = transcripts.iter().find(|transcript| transcript.path == spec.path)?;
        transcript.example(spec.name)
    };
    let docs = root.join("docs");
    fs::create_dir_all(&docs)?;
    fs::write(docs.join("commands.md"), manual::commands(example))?;
    fs::write(docs.join("deviations.md"), manual::deviations())
}
