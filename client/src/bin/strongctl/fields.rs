//! Between command lines and fields of the wire.

use protocol::buffer::Buffer;
use protocol::field::Value;
use protocol::field::code::{KeyTypeCode, MajorKeySelector};
use protocol::frame::are_value_bytes;

use crate::failure::Failure;

/// An argument as a value of the wire; `name` is what the failure calls it.
pub(crate) fn value<'a, V: Value<'a>>(name: &str, text: &'a str) -> Result<V, Failure> {
    if !are_value_bytes(text.as_bytes()) {
        return Err(Failure::usage(format!("{name}: only printable ASCII without '[', ']' and ';'")));
    }
    V::parse(text.as_bytes()).map_err(|rule| Failure::usage(format!("{name} {text:?}: {rule}")))
}

/// As [`value`], for what must not be shown.
pub(crate) fn secret<'a, V: Value<'a>>(name: &str, text: &'a str) -> Result<V, Failure> {
    if !are_value_bytes(text.as_bytes()) {
        return Err(Failure::usage(format!("{name}: only printable ASCII without '[', ']' and ';'")));
    }
    V::parse(text.as_bytes()).map_err(|rule| Failure::usage(format!("{name}: {rule}")))
}

/// The items of a comma-separated list.
pub(crate) fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// A value as it stands on the wire.
pub(crate) fn text<'a>(value: &impl Value<'a>) -> String {
    String::from_utf8_lossy(&Buffer::filled(|out| value.write(out))).into_owned()
}

/// The name of a major key.
pub(crate) fn major_key(selector: MajorKeySelector) -> &'static str {
    match selector {
        MajorKeySelector::Mfk => "MFK",
        MajorKeySelector::Kek => "KEK",
        MajorKeySelector::Bek => "BEK",
        MajorKeySelector::Scek => "SCEK",
        MajorKeySelector::Ftk => "FTK",
        MajorKeySelector::Pmk => "PMK",
    }
}

/// The name of a type of key.
pub(crate) fn key_type(code: KeyTypeCode) -> &'static str {
    match code {
        KeyTypeCode::Des => "DES",
        KeyTypeCode::Tdes2 => "2-key TDES",
        KeyTypeCode::Tdes3 => "3-key TDES",
        KeyTypeCode::Aes128 => "AES-128",
        KeyTypeCode::Aes192 => "AES-192",
        KeyTypeCode::Aes256 => "AES-256",
    }
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// A time in seconds since 1970, as people write it.
pub(crate) fn time(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|it| time::OffsetDateTime::from_unix_timestamp(it).ok());
    time.and_then(|it| it.format(&time::format_description::well_known::Rfc3339).ok()).unwrap_or_default()
}
