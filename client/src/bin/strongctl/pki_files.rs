//! Certificates, requests and tokens as files: PEM or DER in, PEM or DER out.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::pem;
use serde_json::json;

use crate::failure::Failure;
use crate::fields;
use crate::output::Output;

/// Where the result goes.
#[derive(Debug, clap::Args)]
pub(crate) struct Destination {
    /// File to write; standard output when absent
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write DER instead of PEM
    #[arg(long, requires = "out")]
    der: bool,
}

impl Destination {
    /// Writes what was made, or shows it.
    pub(crate) fn put(&self, label: &str, bytes: &[u8], output: &Output) -> Result<(), Failure> {
        let text = pem::encode(label, bytes);
        let Some(file) = &self.out else {
            return output.show(&json!({ "pem": text, "der": fields::hex(bytes) }), || text.clone());
        };
        let content = if self.der { bytes } else { text.as_bytes() };
        fs::write(file, content).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
        let told = format!("{} is written\n", file.display());
        output.show(&json!({ "file": file, "der": fields::hex(bytes) }), || told)
    }
}

/// The bytes in a file of PEM or DER; those of several PEM blocks one after the other.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |text: String| Failure::usage(format!("{}: {text}", file.display()));
    let content = fs::read(file).map_err(|error| failed(error.to_string()))?;
    match std::str::from_utf8(&content) {
        Ok(text) if text.contains("-----BEGIN ") => {
            let blocks = pem::decode(text).map_err(|rule| failed(rule.to_owned()))?;
            Ok(blocks.into_iter().flat_map(|block| block.bytes).collect())
        }
        _ => Ok(content),
    }
}

/// An argument, or what is in the file that `@FILE` names.
pub(crate) fn text(argument: &str) -> Result<String, Failure> {
    let Some(file) = argument.strip_prefix('@') else { return Ok(argument.to_owned()) };
    let text = fs::read_to_string(file).map_err(|error| Failure::usage(format!("{file}: {error}")))?;
    Ok(text.trim().to_owned())
}
