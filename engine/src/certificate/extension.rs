//! Extensions of certificates (RFC 5280 section 4.2).

use crate::der::{self, Reader, tag};

/// id-ce, 2.5.29.
macro_rules! id_ce {
    ($($name:ident = $last:literal;)+) => { $(pub(super) const $name: &[u8] = &[0x55, 0x1D, $last];)+ };
}

id_ce! {
    SUBJECT_KEY_IDENTIFIER = 14;
    KEY_USAGE = 15;
    SUBJECT_ALTERNATIVE_NAME = 17;
    BASIC_CONSTRAINTS = 19;
    AUTHORITY_KEY_IDENTIFIER = 35;
    EXTENDED_KEY_USAGE = 37;
}

/// anyExtendedKeyUsage.
const ANY_PURPOSE: &[u8] = &[0x55, 0x1D, 37, 0];

/// What a critical extension may be. Names and policies are not judged: nothing here depends on them.
const UNDERSTOOD: [&[u8]; 6] = [
    KEY_USAGE,
    BASIC_CONSTRAINTS,
    SUBJECT_KEY_IDENTIFIER,
    AUTHORITY_KEY_IDENTIFIER,
    SUBJECT_ALTERNATIVE_NAME,
    EXTENDED_KEY_USAGE,
];

/// Key usages (RFC 5280 section 4.2.1.3): bit 0 is the highest of 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsages(u16);

impl KeyUsages {
    /// digitalSignature
    pub const DIGITAL_SIGNATURE: Self = Self(1 << 15);
    /// keyEncipherment
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 13);
    /// keyCertSign
    pub const KEY_CERT_SIGN: Self = Self(1 << 10);
    /// cRLSign
    pub const CRL_SIGN: Self = Self(1 << 9);

    /// Of bits, bit 0 the highest of 16.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// Whether it has every usage of `other`.
    #[must_use]
    pub const fn includes(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    fn parse(value: &[u8]) -> Option<Self> {
        let (unused, bits) = der::only(tag::BIT_STRING, value)?.split_first()?;
        let bytes = match bits {
            [] if *unused == 0 => [0, 0],
            [first] if *unused < 8 => [*first, 0],
            [first, second] if *unused < 8 => [*first, *second],
            _ => return None,
        };
        Some(Self(u16::from_be_bytes(bytes)))
    }

    /// A named bit list has no trailing zeros (X.690 section 11.2.2).
    pub(super) fn write(self) -> Vec<u8> {
        let bytes = self.0.to_be_bytes();
        let used = usize::try_from((16 - self.0.trailing_zeros().min(16)).div_ceil(8)).unwrap_or(0);
        let unused = u8::try_from(self.0.trailing_zeros().min(16) % 8).unwrap_or(0);
        der::tlv(tag::BIT_STRING, &[&[unused], &bytes[..used]])
    }
}

/// What the extensions of a certificate say, as far as it matters here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions<'a> {
    /// Whether basic constraints say CA:TRUE.
    pub is_ca: bool,
    /// How many CAs may follow below it.
    pub path_length: Option<u8>,
    /// Key usages, where the extension is there.
    pub key_usages: Option<KeyUsages>,
    /// The subject's key identifier.
    pub subject_key: Option<&'a [u8]>,
    /// Whether a critical extended key usage keeps the key for purposes that it names.
    pub is_for_other_purposes: bool,
    /// Whether a critical one is not understood.
    pub has_unknown_critical: bool,
}

impl<'a> Extensions<'a> {
    /// Reads `Extensions`. Where one is there twice, the first counts and the second must say the same: the standard's
    /// own sample certificates of TR-34 have such.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut made = Self::default();
        let mut seen: Vec<(&[u8], &[u8])> = Vec::new();
        let mut list = Reader::new(der::only(tag::SEQUENCE, bytes)?);
        while !list.is_empty() {
            let mut extension = list.sequence()?;
            let oid = extension.take(tag::OID)?;
            let is_critical = match extension.optional(tag::BOOLEAN)? {
                None | Some([0]) => false,
                Some([0xFF]) => true,
                Some(_) => return None,
            };
            let value = extension.take(tag::OCTET_STRING)?;
            extension.end()?;
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == oid) {
                if *first != value {
                    return None;
                }
                continue;
            }
            seen.push((oid, value));
            made.has_unknown_critical |= is_critical && !UNDERSTOOD.contains(&oid);
            made.note(oid, value)?;
            if oid == EXTENDED_KEY_USAGE {
                made.is_for_other_purposes = !has_any_purpose(value)? && is_critical;
            }
        }
        Some(made)
    }

    fn note(&mut self, oid: &[u8], value: &'a [u8]) -> Option<()> {
        if oid == KEY_USAGE {
            self.key_usages = Some(KeyUsages::parse(value)?);
        } else if oid == SUBJECT_KEY_IDENTIFIER {
            self.subject_key = Some(der::only(tag::OCTET_STRING, value)?);
        } else if oid == BASIC_CONSTRAINTS {
            let mut constraints = Reader::new(der::only(tag::SEQUENCE, value)?);
            self.is_ca = match constraints.optional(tag::BOOLEAN)? {
                None | Some([0]) => false,
                Some([0xFF]) => true,
                Some(_) => return None,
            };
            if !constraints.is_empty() {
                // More than 255 CAs are as good as no limit.
                self.path_length = match constraints.integer()? {
                    [length] => Some(*length),
                    _ => None,
                };
            }
            constraints.end()?;
        }
        Some(())
    }
}

/// Whether the purposes of an extended key usage include any.
fn has_any_purpose(value: &[u8]) -> Option<bool> {
    let mut purposes = Reader::new(der::only(tag::SEQUENCE, value)?);
    let mut has_any = false;
    while !purposes.is_empty() {
        has_any |= purposes.take(tag::OID)? == ANY_PURPOSE;
    }
    Some(has_any)
}

/// One extension.
pub(super) fn write(oid: &[u8], is_critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if is_critical { &[tag::BOOLEAN, 1, 0xFF] } else { &[] };
    der::sequence(&[&der::oid(oid), critical, &der::octet_string(value)])
}

/// A key's identifier: the first 20 bytes of SHA-256 over the key's bits (RFC 7093 section 2, method 1).
pub(super) fn key_identifier(spki: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(der::only(tag::SEQUENCE, spki)?);
    reader.sequence()?;
    let bits = reader.take(tag::BIT_STRING)?.strip_prefix(&[0])?;
    Some(crate::hash::digest(crate::hash::Hash::Sha256, bits).as_bytes().get(..20)?.to_vec())
}
