//! Distinguished names (RFC 5280 section 4.1.2.4), from what a client asks.

use protocol::field::certificate::{Attribute, SubjectName};

use super::Error;
use crate::der::{self, tag};

/// A name in DER form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(Vec<u8>);

impl Name {
    /// The name that is asked, each attribute a level of its own, in the order given; then more attributes.
    ///
    /// # Errors
    /// [`Error::Name`] for a value that is too long or has characters that its attribute cannot hold.
    pub fn new(asked: &SubjectName, more: &[(Attribute, &str)]) -> Result<Self, Error> {
        let asked = asked.attributes().iter().map(|(attribute, value)| (*attribute, value.as_str()));
        let levels: Result<Vec<_>, _> = asked.chain(more.iter().copied()).map(level).collect();
        let levels = levels?;
        let parts: Vec<&[u8]> = levels.iter().map(Vec::as_slice).collect();
        Ok(Self(der::sequence(&parts)))
    }

    /// A name as it stands in another certificate or request.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Self {
        Self(der.to_vec())
    }

    /// In DER form.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0
    }
}

fn level((attribute, value): (Attribute, &str)) -> Result<Vec<u8>, Error> {
    let (oid, most): (&[u8], usize) = match attribute {
        Attribute::CommonName => (&[0x55, 4, 3], 64),
        Attribute::Surname => (&[0x55, 4, 4], 64),
        Attribute::SerialNumber => (&[0x55, 4, 5], 64),
        Attribute::Country => (&[0x55, 4, 6], 2),
        Attribute::Locality => (&[0x55, 4, 7], 128),
        Attribute::State => (&[0x55, 4, 8], 128),
        Attribute::Organization => (&[0x55, 4, 10], 64),
        Attribute::OrganizationalUnit => (&[0x55, 4, 11], 64),
        Attribute::Title => (&[0x55, 4, 12], 64),
        Attribute::DomainComponent => (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 25], 63),
        Attribute::UserId => (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 1], 256),
        Attribute::Email => (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1], 255),
    };
    if value.is_empty() || value.len() > most {
        return Err(Error::Name(
            "an attribute of the name is empty or too long (X.520 upper bounds; C has two letters)",
        ));
    }
    let string = match attribute {
        Attribute::Country if value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            tag::PRINTABLE_STRING
        }
        Attribute::Country => return Err(Error::Name("the country (C) is two capital letters")),
        Attribute::SerialNumber if value.bytes().all(is_printable) => tag::PRINTABLE_STRING,
        Attribute::SerialNumber => {
            return Err(Error::Name("the attribute serialNumber has letters, digits, spaces and '()+,-./:=? only"));
        }
        Attribute::DomainComponent | Attribute::Email => tag::IA5_STRING,
        Attribute::CommonName
        | Attribute::Surname
        | Attribute::Locality
        | Attribute::State
        | Attribute::Organization
        | Attribute::OrganizationalUnit
        | Attribute::Title
        | Attribute::UserId => tag::UTF8_STRING,
    };
    let pair = der::sequence(&[&der::oid(oid), &der::tlv(string, &[value.as_bytes()])]);
    Ok(der::tlv(tag::SET, &[&pair]))
}

/// A character of PrintableString (X.680 section 41.4).
fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte)
}
