//! Values that go into certificates and come out of them.

use super::Value;
use super::data::parse_hex;
use crate::buffer::Buffer;
use crate::{hex, pem};

/// What an attribute of a distinguished name says (RFC 4519, RFC 5280 appendix A).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// `CN`
    CommonName,
    /// `SN`
    Surname,
    /// `serialNumber`
    SerialNumber,
    /// `C`
    Country,
    /// `L`
    Locality,
    /// `ST` or `S`
    State,
    /// `O`
    Organization,
    /// `OU`
    OrganizationalUnit,
    /// `T`
    Title,
    /// `DC`
    DomainComponent,
    /// `UID`
    UserId,
    /// `E` or `emailAddress`
    Email,
}

impl Attribute {
    const NAMES: [(Self, &str); 14] = [
        (Self::CommonName, "CN"),
        (Self::Surname, "SN"),
        (Self::SerialNumber, "serialNumber"),
        (Self::Country, "C"),
        (Self::Locality, "L"),
        (Self::State, "ST"),
        (Self::State, "S"),
        (Self::Organization, "O"),
        (Self::OrganizationalUnit, "OU"),
        (Self::Title, "T"),
        (Self::DomainComponent, "DC"),
        (Self::UserId, "UID"),
        (Self::Email, "emailAddress"),
        (Self::Email, "E"),
    ];

    fn parse(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(attribute, _)| attribute)
    }

    fn name(self) -> &'static str {
        Self::NAMES.into_iter().find(|(known, _)| *known == self).map_or("CN", |(_, name)| name)
    }
}

/// A subject: `CN=.., O=..` in the order in which the certificate will have it, or a text without `=`, which is the
/// common name. A backslash takes away the meaning of the comma, `=`, `+` or backslash behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectName(Vec<(Attribute, String)>);

impl SubjectName {
    /// The name, if it is a legal one.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        Self::parse(text.as_bytes()).ok()
    }

    /// Its attributes.
    #[must_use]
    pub fn attributes(&self) -> &[(Attribute, String)] {
        &self.0
    }
}

impl Value<'_> for SubjectName {
    const SHAPE: &'static str = "a name such as CN=Acquirer 1, O=Bank, C=US, or a common name by itself";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        const EMPTY: &str = "a name has at least one attribute, and none of them is empty";
        const UNKNOWN: &str = "attributes of a name are CN, O, OU, C, ST, L, DC, UID, SN, T, E and serialNumber; \\, and \\= stand for themselves";
        let text = std::str::from_utf8(value).map_err(|_| EMPTY)?;
        let mut attributes = Vec::new();
        for part in split(text, b',') {
            let (attribute, value) = match split(part, b'=').as_slice() {
                [value] if attributes.is_empty() => (Attribute::CommonName, *value),
                [name, value] => (Attribute::parse(name.trim()).ok_or(UNKNOWN)?, *value),
                _ => return Err(UNKNOWN),
            };
            let value = plain(value.trim()).ok_or(UNKNOWN)?;
            if value.is_empty() {
                return Err(EMPTY);
            }
            attributes.push((attribute, value));
        }
        if attributes.is_empty() || attributes.len() > 16 { Err(EMPTY) } else { Ok(Self(attributes)) }
    }

    fn write(&self, out: &mut Buffer) {
        for (index, (attribute, value)) in self.0.iter().enumerate() {
            if index > 0 {
                out.extend_from_slice(b", ");
            }
            out.extend_from_slice(attribute.name().as_bytes());
            out.push(b'=');
            for byte in value.bytes() {
                if b",=+\\".contains(&byte) {
                    out.push(b'\\');
                }
                out.push(byte);
            }
        }
    }
}

/// The parts between separators that no backslash precedes.
fn split(text: &str, separator: u8) -> Vec<&str> {
    let (mut parts, mut start, mut is_escaped) = (Vec::new(), 0, false);
    for (index, byte) in text.bytes().enumerate() {
        if byte == separator && !is_escaped {
            parts.push(text.get(start..index).unwrap_or_default());
            start = index + 1;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// A value without its backslashes.
fn plain(value: &str) -> Option<String> {
    let mut characters = value.chars();
    let mut plain = String::with_capacity(value.len());
    while let Some(character) = characters.next() {
        let character = match character {
            '\\' => characters.next().filter(|next| ",=+\\".contains(*next))?,
            '+' => return None,
            _ => character,
        };
        plain.push(character);
    }
    Some(plain)
}

/// Names of key usages; bit 0 is the highest (RFC 5280 section 4.2.1.3).
const USAGES: [(&str, u32); 10] = [
    ("digitalSignature", 0),
    ("nonRepudiation", 1),
    ("contentCommitment", 1),
    ("keyEncipherment", 2),
    ("dataEncipherment", 3),
    ("keyAgreement", 4),
    ("keyCertSign", 5),
    ("cRLSign", 6),
    ("encipherOnly", 7),
    ("decipherOnly", 8),
];

/// Key usages of a certificate, as `KU` lists them, with `critical` before them or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsageList {
    /// Whether the extension is to be critical.
    pub is_critical: bool,
    /// The usages, bit 0 the highest of 16.
    pub bits: u16,
}

impl Value<'_> for KeyUsageList {
    const SHAPE: &'static str = "key usages of RFC 5280 in a list, such as critical,digitalSignature,keyEncipherment";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        const WRONG: &str = "must be a list of digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement, keyCertSign, cRLSign, encipherOnly, decipherOnly, with critical before it or not";
        let text = std::str::from_utf8(value).map_err(|_| WRONG)?;
        let mut made = Self { is_critical: false, bits: 0 };
        for (index, name) in text.split(',').map(str::trim).enumerate() {
            if index == 0 && name.eq_ignore_ascii_case("critical") {
                made.is_critical = true;
                continue;
            }
            let (_, bit) = USAGES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).ok_or(WRONG)?;
            made.bits |= 0x8000 >> bit;
        }
        if made.bits == 0 { Err(WRONG) } else { Ok(made) }
    }

    fn write(&self, out: &mut Buffer) {
        if self.is_critical {
            out.extend_from_slice(b"critical,");
        }
        let named =
            USAGES.into_iter().filter(|(name, bit)| *name != "contentCommitment" && self.bits & 0x8000 >> bit != 0);
        let names: Vec<&str> = named.map(|(name, _)| name).collect();
        out.extend_from_slice(names.join(",").as_bytes());
    }
}

/// Basic constraints of a certificate: `CA:TRUE` or `CA:FALSE`, then `pathlen:` and a number where wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether it is a CA.
    pub is_ca: bool,
    /// How many CAs may follow below it.
    pub path_length: Option<u8>,
}

impl Value<'_> for BasicConstraints {
    const SHAPE: &'static str = "CA:TRUE, CA:TRUE,pathlen:0 and so on, or CA:FALSE";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        const WRONG: &str = "must be CA:TRUE or CA:FALSE, behind CA:TRUE also ,pathlen: and a number to 127";
        let text = std::str::from_utf8(value).map_err(|_| WRONG)?;
        let text = text.strip_prefix("critical,").unwrap_or(text).trim();
        let (ca, path_length) = match text.split_once(',') {
            None => (text, None),
            Some((ca, rest)) => {
                let digits = rest.trim().strip_prefix("pathlen:").ok_or(WRONG)?.trim();
                (ca.trim(), Some(digits.parse().ok().filter(|length| *length < 128).ok_or(WRONG)?))
            }
        };
        match (ca, path_length) {
            ("CA:TRUE", path_length) => Ok(Self { is_ca: true, path_length }),
            ("CA:FALSE", None) => Ok(Self { is_ca: false, path_length: None }),
            _ => Err(WRONG),
        }
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(if self.is_ca { b"CA:TRUE" } else { b"CA:FALSE" });
        if let Some(length) = self.path_length {
            out.extend_from_slice(format!(",pathlen:{length}").as_bytes());
        }
    }
}

/// A day, `YYYYMMDD`, from 1970 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Its first second, counted from 1970-01-01 00:00 UTC.
    #[must_use]
    pub fn begin(self) -> u64 {
        // Days from the civil calendar; years begin in March, so that the leap day is the last.
        let month = u64::from(self.month);
        let year = u64::from(self.year) - u64::from(month <= 2);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + u64::from(self.day) - 1;
        let days = 365 * year + year / 4 - year / 100 + year / 400 + day_of_year;
        days.saturating_sub(719_468) * 86_400
    }
}

impl Value<'_> for Date {
    const SHAPE: &'static str = "a date YYYYMMDD";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        const WRONG: &str = "must be a date YYYYMMDD from 1970 on";
        if value.len() != 8 || !value.iter().all(u8::is_ascii_digit) {
            return Err(WRONG);
        }
        let number =
            |range: std::ops::Range<usize>| value[range].iter().fold(0u16, |n, digit| n * 10 + u16::from(digit - b'0'));
        let (year, month, day) = (number(0..4), number(4..6), number(6..8));
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return Err(WRONG),
        };
        if year < 1970 || !(1..=days).contains(&day) {
            return Err(WRONG);
        }
        let small = |number: u16| u8::try_from(number).map_err(|_| WRONG);
        Ok(Self { year, month: small(month)?, day: small(day)? })
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(format!("{:04}{:02}{:02}", self.year, self.month, self.day).as_bytes());
    }
}

/// A certificate's serial number: 1 to 40 hexadecimal digits, not zero, without the highest of 160 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerialNumber(Vec<u8>);

impl SerialNumber {
    /// Its bytes, the highest first.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Value<'_> for SerialNumber {
    const SHAPE: &'static str = "a serial number of 1 to 40 hexadecimal digits";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        const WRONG: &str = "must be 1 to 40 hexadecimal digits, not zero, below 2 to the power of 159";
        let mut digits = value.to_vec();
        if digits.len() % 2 == 1 {
            digits.insert(0, b'0');
        }
        if digits.is_empty() || digits.len() > 40 {
            return Err(WRONG);
        }
        let bytes = parse_hex::<20>(&digits).map_err(|_| WRONG)?.expose().to_vec();
        let is_legal = bytes.iter().any(|byte| *byte != 0) && (bytes.len() < 20 || bytes[0] < 0x80);
        if is_legal { Ok(Self(bytes)) } else { Err(WRONG) }
    }

    fn write(&self, out: &mut Buffer) {
        hex::write(&self.0, out);
    }
}

/// A receiver's random number: 8 to 16 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(Vec<u8>);

impl Nonce {
    /// A copy of 8 to 16 bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (8..=16).contains(&bytes.len()).then(|| Self(bytes.to_vec()))
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Value<'_> for Nonce {
    const SHAPE: &'static str = "a nonce of 16 to 32 hexadecimal digits";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        const WRONG: &str = "must be 16 to 32 hexadecimal digits, an even number of them";
        let bytes = parse_hex::<16>(value).map_err(|_| WRONG)?;
        Self::new(bytes.expose()).ok_or(WRONG)
    }

    fn write(&self, out: &mut Buffer) {
        hex::write(&self.0, out);
    }
}

/// Something in PEM on one line, or in DER as hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Armoured {
    /// PEM: the label of its first block, and the bytes of all its blocks one after the other.
    Pem(pem::Block),
    /// DER.
    Der(Vec<u8>),
}

impl Value<'_> for Armoured {
    const SHAPE: &'static str = "PEM without line breaks, or DER in hexadecimal";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        const WRONG: &str = "must be PEM, its line breaks left out, or DER in hexadecimal";
        if value.is_empty() {
            return Err(WRONG);
        }
        if !value.starts_with(b"-----") {
            return parse_hex::<16>(value).map(|bytes| Self::Der(bytes.expose().to_vec()));
        }
        let text = std::str::from_utf8(value).map_err(|_| WRONG)?;
        let blocks = pem::decode(text)?;
        let label = blocks.first().map(|block| block.label.clone()).ok_or(WRONG)?;
        if blocks.iter().any(|block| block.label != label) {
            return Err("the blocks of one PEM text must have the same label here");
        }
        let bytes = blocks.into_iter().flat_map(|block| block.bytes).collect();
        Ok(Self::Pem(pem::Block { label, bytes }))
    }

    fn write(&self, out: &mut Buffer) {
        match self {
            Self::Pem(block) => out.extend_from_slice(pem::encode_line(&block.label, &block.bytes).as_bytes()),
            Self::Der(bytes) => hex::write(bytes, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip<'a, V: Value<'a>>(text: &'a str) -> Result<String, &'static str> {
        let value = V::parse(text.as_bytes())?;
        Ok(String::from_utf8_lossy(&Buffer::filled(|out| value.write(out))).into_owned())
    }

    #[test]
    fn names_keep_their_order_and_their_commas() {
        for (text, written) in [
            ("KDH CA1", "CN=KDH CA1"),
            ("CN=A, O=B,C=US", "CN=A, O=B, C=US"),
            (r"cn=Smith\, James, emailaddress=a@b", r"CN=Smith\, James, emailAddress=a@b"),
            (r"CN=a\\, O=b\=c", r"CN=a\\, O=b\=c"),
        ] {
            assert_eq!(round_trip::<SubjectName>(text).as_deref(), Ok(written));
        }
        for wrong in ["", "CN=", "CN=A,", "X=A", "CN=A, B", r"CN=A\", "CN=A=B", "CN=A+O=B"] {
            assert!(round_trip::<SubjectName>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn usages_and_constraints_are_as_real_clients_write_them() {
        let usages = KeyUsageList::parse(b"digitalSignature,nonRepudiation,keyCertSign");
        assert_eq!(usages, Ok(KeyUsageList { is_critical: false, bits: 0xC400 }));
        let usages = round_trip::<KeyUsageList>("critical,digitalSignature, keyEncipherment");
        assert_eq!(usages.as_deref(), Ok("critical,digitalSignature,keyEncipherment"));
        for wrong in ["", "critical", "sign", "digitalSignature,critical"] {
            assert!(KeyUsageList::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert_eq!(round_trip::<BasicConstraints>("CA:TRUE, pathlen:3").as_deref(), Ok("CA:TRUE,pathlen:3"));
        assert_eq!(round_trip::<BasicConstraints>("CA:FALSE").as_deref(), Ok("CA:FALSE"));
        for wrong in ["", "CA", "CA:FALSE,pathlen:1", "CA:TRUE,pathlen:", "CA:TRUE,pathlen:128"] {
            assert!(BasicConstraints::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        for (text, begin) in
            [("19700101", 0), ("20000229", 951_782_400), ("20260101", 1_767_225_600), ("20991231", 4_102_358_400)]
        {
            assert_eq!(Date::parse(text.as_bytes()).map(Date::begin), Ok(begin), "{text}");
        }
        for wrong in ["", "2026010", "20260230", "20261301", "20260100", "19691231", "2026-1-1", "21000229"] {
            assert!(Date::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn serial_numbers_are_hexadecimal() {
        assert_eq!(round_trip::<SerialNumber>("10101").as_deref(), Ok("010101"));
        for wrong in ["", "0", "00", "x", &"F".repeat(40), &"1".repeat(41)] {
            assert!(SerialNumber::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
