//! A TR-31 key block taken apart: its header and optional blocks; what is under keys stays closed.

use serde::Serialize;

/// One part of a key block.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) meaning: String,
}

/// The parts of `value`, or none where it is neither a key block nor the header of one.
pub(super) fn parts(value: &[u8]) -> Vec<Part> {
    let Ok(text) = std::str::from_utf8(value) else { return Vec::new() };
    if !is_block(text) {
        return Vec::new();
    }
    let part = |name: &str, range: std::ops::Range<usize>, meaning: String| Part {
        name: name.to_owned(),
        value: text[range].to_owned(),
        meaning,
    };
    let (usage, algorithm, mode) = (&text[5..7], &text[7..8], &text[8..9]);
    let mut parts = vec![
        part("version", 0..1, version(&text[..1]).to_owned()),
        part("length", 1..5, length(&text[1..5], text.len())),
        part("usage", 5..7, self::usage(usage).to_owned()),
        part("algorithm", 7..8, self::algorithm(algorithm).to_owned()),
        part("mode", 8..9, self::mode(mode).to_owned()),
        part("key version", 9..11, key_version(&text[9..11])),
        part("exportability", 11..12, exportability(&text[11..12]).to_owned()),
        part("optional blocks", 12..14, optional_count(&text[12..14])),
    ];
    parts.extend(optional_blocks(text));
    parts
}

fn is_block(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Sixteen digits are a cryptogram, unless the usage and the algorithm could not be hexadecimal.
    bytes.len() >= 16
        && bytes.is_ascii()
        && matches!(bytes[0], b'A'..=b'E')
        && bytes[1..5].iter().all(u8::is_ascii_digit)
        && bytes[5..12].iter().all(u8::is_ascii_alphanumeric)
        && matches!(bytes[11], b'E' | b'N' | b'S')
        && bytes[12..14].iter().all(u8::is_ascii_digit)
        && (bytes[7].is_ascii_uppercase() || bytes[8].is_ascii_uppercase())
}

fn length(digits: &str, actual: usize) -> String {
    match digits.parse::<usize>() {
        Ok(0) => "a template, without a key".to_owned(),
        Ok(stated) if stated == actual => "characters".to_owned(),
        Ok(_) | Err(_) => format!("wrong: there are {actual} characters"),
    }
}

fn key_version(text: &str) -> String {
    match text.as_bytes() {
        b"00" => "none".to_owned(),
        [b'c', number] => format!("component {}", char::from(*number)),
        _ => format!("version {text}"),
    }
}

fn optional_count(text: &str) -> String {
    if text == "00" { "none".to_owned() } else { text.trim_start_matches('0').to_owned() }
}

/// Optional blocks in order, for as long as their lengths make sense.
fn optional_blocks(text: &str) -> Vec<Part> {
    let count: usize = text[12..14].parse().unwrap_or(0);
    let (mut parts, mut rest) = (Vec::new(), &text[16..]);
    for _ in 0..count {
        let Some((block, after)) = optional_block(rest) else {
            parts.push(Part {
                name: "optional block".to_owned(),
                value: String::new(),
                meaning: "wrong: its length does not fit".to_owned(),
            });
            break;
        };
        parts.push(Part {
            name: "optional block".to_owned(),
            value: block.to_owned(),
            meaning: optional_meaning(&block[..2]).to_owned(),
        });
        rest = after;
    }
    parts
}

fn optional_block(rest: &str) -> Option<(&str, &str)> {
    let short = usize::from_str_radix(rest.get(2..4)?, 16).ok()?;
    let length = if short == 0 {
        let digits = usize::from_str_radix(rest.get(4..6)?, 16).ok()?;
        usize::from_str_radix(rest.get(6..6usize.checked_add(digits)?)?, 16).ok()?
    } else {
        short
    };
    if length < 4 { None } else { rest.split_at_checked(length) }
}

fn version(code: &str) -> &'static str {
    match code {
        "A" => "TDES, key variant binding (2005)",
        "B" => "TDES, key derivation binding",
        "C" => "TDES, key variant binding",
        "D" => "AES, key derivation binding, CBC",
        "E" => "AES, key derivation binding, CTR (ISO 20038)",
        _ => "unknown",
    }
}

/// What the key is for (X9.143 table 2).
fn usage(code: &str) -> &'static str {
    match code {
        "B0" => "DUKPT base derivation key",
        "B1" => "DUKPT initial key",
        "B2" => "base key variant",
        "B3" => "key derivation key",
        "C0" => "card verification",
        "D0" => "data encryption",
        "D1" => "data encryption, asymmetric",
        "D2" => "data encryption for a decimalisation table",
        "D3" => "encryption of sensitive data",
        "E0" => "EMV master key, application cryptograms",
        "E1" => "EMV master key, secure messaging for confidentiality",
        "E2" => "EMV master key, secure messaging for integrity",
        "E3" => "EMV master key, data authentication code",
        "E4" => "EMV master key, dynamic numbers",
        "E5" => "EMV master key, card personalisation",
        "E6" => "EMV master key, other",
        "E7" => "EMV asymmetric key pair for PIN encryption",
        "I0" => "initialisation vector",
        "K0" => "key encryption",
        "K1" => "key block protection (TR-31)",
        "K2" => "key encryption, asymmetric (TR-34)",
        "K3" => "key agreement or wrapping, asymmetric",
        "K4" => "key block protection (ISO 20038)",
        "M0" => "MAC, ISO 16609 algorithm 1 with TDES",
        "M1" => "MAC, ISO 9797-1 algorithm 1",
        "M2" => "MAC, ISO 9797-1 algorithm 2",
        "M3" => "MAC, ISO 9797-1 algorithm 3",
        "M4" => "MAC, ISO 9797-1 algorithm 4",
        "M5" => "MAC, ISO 9797-1:1999 algorithm 5",
        "M6" => "MAC, ISO 9797-1:2011 algorithm 5 (CMAC)",
        "M7" => "HMAC",
        "M8" => "MAC, ISO 9797-1:2011 algorithm 6",
        "P0" => "PIN encryption",
        "P1" => "PIN generation",
        "S0" => "key pair for signatures",
        "S1" => "key pair of a certification authority",
        "S2" => "key pair, other",
        "V0" => "PIN verification, other",
        "V1" => "PIN verification, IBM 3624",
        "V2" => "PIN verification, Visa PVV",
        "V3" => "PIN verification, X9.132 algorithm 1",
        "V4" => "PIN verification, X9.132 algorithm 2",
        "V5" => "PIN verification, X9.132 algorithm 3",
        _ if code.as_bytes()[0].is_ascii_digit() => "a usage of some vendor's own",
        _ => "unknown",
    }
}

fn algorithm(code: &str) -> &'static str {
    match code {
        "A" => "AES",
        "D" => "DES",
        "E" => "elliptic curve",
        "H" => "HMAC",
        "I" => "HMAC with SHA-2",
        "J" => "HMAC with SHA-3",
        "R" => "RSA",
        "S" => "DSA",
        "T" => "triple DES",
        // X9.143 leaves digits to whoever makes the block.
        "1" => "ML-DSA, in blocks of this HSM",
        "2" => "ML-KEM, in blocks of this HSM",
        _ => "unknown",
    }
}

fn mode(code: &str) -> &'static str {
    match code {
        "B" => "encrypt and decrypt",
        "C" => "generate and verify",
        "D" => "decrypt only",
        "E" => "encrypt only",
        "G" => "generate only",
        "N" => "no restriction",
        "S" => "sign only",
        "T" => "sign and decrypt",
        "V" => "verify only",
        "X" => "derive other keys",
        "Y" => "make key variants",
        _ => "unknown",
    }
}

fn exportability(code: &str) -> &'static str {
    match code {
        "E" => "exportable under a trusted key",
        "N" => "not exportable",
        "S" => "sensitive: exportable in other forms too",
        _ => "unknown",
    }
}

fn optional_meaning(id: &str) -> &'static str {
    match id {
        "AL" => "asymmetric key life",
        "BI" => "base derivation key identifier",
        "CT" => "certificate",
        "DA" => "derivations allowed",
        "FL" => "flags",
        "HM" => "hash of the HMAC",
        "IK" => "initial key identifier",
        "KC" => "check value of the key",
        "KP" => "check value of the key block protection key",
        "KS" => "initial key serial number",
        "KV" => "key block values",
        "LB" => "label",
        "PB" => "padding",
        "PK" => "check value of the protection key at export",
        "TC" => "time of creation",
        "TS" => "time of the block",
        "WP" => "wrapping pedigree",
        _ => "unknown",
    }
}
