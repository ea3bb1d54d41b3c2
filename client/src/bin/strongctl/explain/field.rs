//! One field in words.

use protocol::ErrorCode;
use protocol::command::FieldSpec;
use protocol::field::Value as _;
use protocol::field::data::CheckDigits;
use protocol::field::key::{KeyRef, ModifierDigit};
use protocol::tag::Tag;
use serde::Serialize;

use super::key_block::{self, Part};
use crate::commands::one_line;

/// A field with its meaning.
#[derive(Debug, Serialize)]
pub(crate) struct Explained {
    pub(crate) tag: String,
    pub(crate) name: Option<String>,
    /// As it stands in the frame; `None` where it is a secret.
    pub(crate) value: Option<String>,
    /// Characters of the value.
    pub(crate) length: usize,
    /// What the tag is for.
    pub(crate) text: String,
    /// What this value says.
    pub(crate) meaning: Option<String>,
    /// The parts of a key block or its header.
    pub(crate) parts: Vec<Part>,
}

/// A field of the command's contract.
pub(super) fn known(spec: &FieldSpec, value: &[u8], reveal: bool) -> Explained {
    let name = Some(spec.name.to_owned());
    let meaning = match spec.codes.iter().find(|(code, _)| code.as_bytes() == value) {
        Some((_, meaning)) => Some(one_line(meaning)),
        None if !spec.codes.is_empty() => Some(format!("not {}", spec.shape)),
        None => shape_meaning(spec, value),
    };
    Explained { name, meaning, ..plain(spec.tag, value, one_line(spec.doc), reveal || !spec.secret) }
}

/// A field that the command does not have, or of a command that nobody knows: what looks like a clear key is hidden.
pub(super) fn unknown(tag: Tag, value: &[u8], reveal: bool) -> Explained {
    let parts = key_block::parts(value);
    let may_be_secret = value.len() >= 16 && parts.is_empty();
    plain(tag, value, "not a tag of this command".to_owned(), reveal || !may_be_secret)
}

/// A field of `ERRO`.
pub(super) fn of_refusal(tag: Tag, value: &[u8], reveal: bool) -> Explained {
    let text = match &tag.bytes() {
        b"AM" => "Error number.",
        b"AN" => "Detail; 0 where there is none.",
        b"BB" => "What is wrong, in words.",
        _ => return unknown(tag, value, reveal),
    };
    let number = std::str::from_utf8(value).ok().and_then(|value| value.parse().ok());
    let meaning = (tag == Tag::of("AM")).then(|| {
        number
            .and_then(ErrorCode::from_number)
            .map_or_else(|| "not a number of ours".to_owned(), |code| one_line(code.meaning()))
    });
    Explained { meaning, ..plain(tag, value, text.to_owned(), true) }
}

/// `AG`.
pub(super) fn echo(value: &[u8]) -> Explained {
    plain(Tag::ECHO, value, "Context, which the reply repeats.".to_owned(), true)
}

fn plain(tag: Tag, value: &[u8], text: String, shown: bool) -> Explained {
    Explained {
        tag: tag.to_string(),
        name: None,
        value: shown.then(|| String::from_utf8_lossy(value).into_owned()),
        length: value.len(),
        text,
        meaning: None,
        parts: if shown { key_block::parts(value) } else { Vec::new() },
    }
}

/// What the value says beyond the tag, told by the shape that the contract demands.
fn shape_meaning(spec: &FieldSpec, value: &[u8]) -> Option<String> {
    if value.is_empty() {
        return Some("empty".to_owned());
    }
    if spec.shape == ModifierDigit::SHAPE {
        return ModifierDigit::parse(value).ok().map(|modifier| format!("modifier {}", modifier.value()));
    }
    if spec.shape == CheckDigits::SHAPE {
        return CheckDigits::parse(value).ok().map(|_| format!("{} digits", value.len()));
    }
    // A header has the shape of no key, and its parts say it all.
    if spec.secret || !spec.shape.contains("cryptogram") && !spec.shape.contains("slot") {
        return None;
    }
    Some(match KeyRef::parse(value).ok()? {
        KeyRef::Slot(slot) => format!("slot {} of the key table", slot.value()),
        KeyRef::Cryptogram(key) if spec.shape.contains("cryptogram") => {
            format!("cryptogram of {} bytes", key.bytes().len())
        }
        KeyRef::Cryptogram(bytes) => format!("{} bytes", bytes.bytes().len()),
        KeyRef::KeyBlock(block) => format!("key block of {} characters", block.as_bytes().len()),
    })
}
