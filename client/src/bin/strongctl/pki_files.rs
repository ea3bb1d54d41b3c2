//! Certificates, requests and tokens as files: PEM or DER in, PEM or DER out.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::pem;
use serde_json::json;
use zeroize::Zeroizing;

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

/// What a file is to hold.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Certificates.
    Certificates,
    /// Certificates, or a credential token with them.
    Credential,
    /// A PKCS #10 request.
    Request,
    /// A key transport token.
    Token,
    /// A list of revoked certificates.
    Crl,
}

impl Kind {
    /// Labels of PEM that such a file has (RFC 7468).
    const fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Certificates => &["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"],
            Self::Credential => &["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "CMS", "PKCS7"],
            Self::Request => &["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"],
            Self::Token => &["CMS", "PKCS7"],
            Self::Crl => &["X509 CRL"],
        }
    }
}

/// The bytes in a file of PEM or DER; those of several PEM blocks one after the other. Whatever else is in the file is
/// refused here, before anything is sent: people keep private keys beside their certificates, and in the same file.
pub(crate) fn read(file: &Path, kind: Kind) -> Result<Vec<u8>, Failure> {
    let failed = |text: String| Failure::usage(format!("{}: {text}", file.display()));
    let labels = || kind.labels().join(", ");
    let content = Zeroizing::new(fs::read(file).map_err(|error| failed(error.to_string()))?);
    let text = std::str::from_utf8(&content).ok().filter(|text| text.contains("-----BEGIN "));
    let Some(text) = text else {
        let is_public = is_public(&content);
        return if is_public {
            Ok(content.to_vec())
        } else {
            Err(failed(format!("neither PEM nor DER of: {}", labels())))
        };
    };
    if text.contains("PRIVATE KEY-----") {
        return Err(failed("there is a private key in this file; it is sent nowhere, give the rest alone".to_owned()));
    }
    let blocks = pem::decode(text).map_err(|rule| failed(rule.to_owned()))?;
    if let Some(other) = blocks.iter().find(|block| !kind.labels().contains(&block.label.as_str())) {
        return Err(failed(format!("there is a {}, where only this is taken: {}", other.label, labels())));
    }
    Ok(blocks.into_iter().flat_map(|block| block.bytes).collect())
}

/// Whether bytes begin as certificates, requests and lists do, with a SEQUENCE in a SEQUENCE, or as CMS does, with an OBJECT
/// IDENTIFIER in one. Private keys begin with an INTEGER in it, or, enciphered, with what identifies their cipher.
fn is_public(der: &[u8]) -> bool {
    const SEQUENCE: u8 = 0x30;
    const OID: u8 = 0x06;
    let inner = |der: &[u8]| match der {
        [SEQUENCE, 0..=0x7F, ..] => Some(2),
        [SEQUENCE, length @ 0x81..=0x84, ..] => Some(2 + usize::from(length & 0x7F)),
        _ => None,
    };
    let Some(content) = inner(der).and_then(|start| der.get(start..)) else { return false };
    match content.first() {
        Some(&OID) => true,
        Some(&SEQUENCE) => inner(content).and_then(|start| content.get(start)).is_some_and(|first| *first != OID),
        _ => false,
    }
}

/// An argument, or what is in the file that `@FILE` names.
pub(crate) fn text(argument: &str) -> Result<String, Failure> {
    let Some(file) = argument.strip_prefix('@') else { return Ok(argument.to_owned()) };
    let text = fs::read_to_string(file).map_err(|error| Failure::usage(format!("{file}: {error}")))?;
    Ok(text.trim().to_owned())
}
