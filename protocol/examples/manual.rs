//! Writes docs/commands.md and docs/deviations.md.

use std::path::Path;
use std::{fs, io};

use strongroom_protocol::command::Command;
use strongroom_protocol::manual;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let transcripts: Vec<(&str, String)> = Command::ALL
        .iter()
        .map(|command| command.spec().path)
        .filter_map(|path| {
            Some((path, fs::read_to_string(root.join(format!("fixtures/transcripts/{path}.txt"))).ok()?))
        })
        .collect();
    let transcript = |path: &str| transcripts.iter().find(|(name, _)| *name == path).map(|(_, text)| text.as_str());
    let docs = root.join("docs");
    fs::create_dir_all(&docs)?;
    fs::write(docs.join("commands.md"), manual::commands(transcript))?;
    fs::write(docs.join("deviations.md"), manual::deviations())
}
