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

    /// All that stands in bytes, to the last; `None` where something does that such a file does not hold.
    fn held(self, der: &[u8]) -> Option<Vec<Public>> {
        let held: Vec<_> = elements(der)?.iter().map(Public::of).collect::<Option<_>>()?;
        let is_taken = |it: &Public| match self {
            Self::Certificates => *it == Public::Certificate,
            Self::Credential => matches!(it, Public::Certificate | Public::Cms),
            Self::Request => *it == Public::Request,
            Self::Token => *it == Public::Cms,
            Self::Crl => *it == Public::Crl,
        };
        (!held.is_empty() && held.iter().all(is_taken)).then_some(held)
    }

    /// Whether that many of them are taken.
    fn takes(self, held: &[Public]) -> bool {
        match self {
            Self::Certificates => true,
            Self::Credential => held.len() == 1 || !held.contains(&Public::Cms),
            Self::Request | Self::Token | Self::Crl => held.len() == 1,
        }
    }

    /// What is said where it is not.
    const fn most(self) -> &'static str {
        match self {
            Self::Certificates | Self::Credential => "a credential token stands alone in its file",
            Self::Request => "there is more than one request in this file; give one",
            Self::Token => "there is more than one token in this file; give one",
            Self::Crl => "there is more than one list of revoked certificates in this file; give one",
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
        let held = kind.held(&content).ok_or_else(|| failed(format!("neither PEM nor DER of: {}", labels())))?;
        return if kind.takes(&held) { Ok(content.to_vec()) } else { Err(failed(kind.most().to_owned())) };
    };
    if text.contains("PRIVATE KEY-----") {
        return Err(failed("there is a private key in this file; it is sent nowhere, give the rest alone".to_owned()));
    }
    let blocks = pem::decode(text).map_err(|rule| failed(rule.to_owned()))?;
    let mut held = Vec::new();
    for block in &blocks {
        if !kind.labels().contains(&block.label.as_str()) {
            return Err(failed(format!("there is a {}, where only this is taken: {}", block.label, labels())));
        }
        let within = kind.held(&block.bytes);
        held.extend(within.ok_or_else(|| failed(format!("what is called {} in this file is none", block.label)))?);
    }
    if !kind.takes(&held) {
        return Err(failed(kind.most().to_owned()));
    }
    Ok(blocks.into_iter().flat_map(|block| block.bytes).collect())
}

/// A public thing in DER form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Public {
    Certificate,
    Request,
    Crl,
    Cms,
}

impl Public {
    /// What an element is, by how it begins: enough to tell these from each other, and from private keys, which begin with an
    /// INTEGER or, enciphered, with what identifies their cipher. The HSM reads the rest.
    fn of(element: &Element<'_>) -> Option<Self> {
        /// Identifiers of PKCS #7 and CMS.
        const CMS: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7];
        let parts = (element.tag == SEQUENCE).then(|| elements(element.content))??;
        match parts.as_slice() {
            [kind, Element { tag: EXPLICIT, .. }] if kind.tag == OID && kind.content.starts_with(CMS) => {
                Some(Self::Cms)
            }
            [signed, Element { tag: SEQUENCE, .. }, Element { tag: BIT_STRING, .. }] if signed.tag == SEQUENCE => {
                let tags: Vec<u8> = elements(signed.content)?.iter().map(|part| part.tag).collect();
                match tags.as_slice() {
                    [EXPLICIT, INTEGER, SEQUENCE, ..] => Some(Self::Certificate),
                    [INTEGER, SEQUENCE, SEQUENCE] | [INTEGER, SEQUENCE, SEQUENCE, EXPLICIT] => Some(Self::Request),
                    [INTEGER, SEQUENCE, SEQUENCE, UTC | GENERALIZED, ..] => Some(Self::Crl),
                    [SEQUENCE, SEQUENCE, UTC | GENERALIZED, ..] => Some(Self::Crl),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OID: u8 = 0x06;
const UTC: u8 = 0x17;
const GENERALIZED: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// `[0]` around something.
const EXPLICIT: u8 = 0xA0;

/// An element of DER.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
}

/// The elements that stand one after the other; `None` where they do not end where the bytes do.
fn elements(mut rest: &[u8]) -> Option<Vec<Element<'_>>> {
    let mut elements = Vec::new();
    while let [tag, length, after @ ..] = rest {
        let (length, after) = match usize::from(*length) {
            short @ 0..=0x7F => (short, after),
            long @ 0x81..=0x84 => {
                let (length, after) = after.split_at_checked(long & 0x7F)?;
                (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), after)
            }
            _ => return None,
        };
        let (content, after) = after.split_at_checked(length)?;
        elements.push(Element { tag: *tag, content });
        rest = after;
    }
    rest.is_empty().then_some(elements)
}

/// An argument, or what is in the file that `@FILE` names.
pub(crate) fn text(argument: &str) -> Result<String, Failure> {
    let Some(file) = argument.strip_prefix('@') else { return Ok(argument.to_owned()) };
    let text = fs::read_to_string(file).map_err(|error| Failure::usage(format!("{file}: {error}")))?;
    Ok(text.trim().to_owned())
}
