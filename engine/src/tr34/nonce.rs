//! The receiver's random number, and its token RTKRD (B.12): an attribute by itself.

use super::{Error, oid};
use crate::der::{self, Reader, tag};

/// RTKRD of a nonce of 8 to 16 bytes.
///
/// # Errors
/// [`Error::Malformed`] for a nonce of another length.
pub fn nonce_token(nonce: &[u8]) -> Result<Vec<u8>, Error> {
    if (8..=16).contains(&nonce.len()) {
        Ok(attribute(nonce))
    } else {
        Err(Error::Malformed("a nonce of 8 to 16 bytes"))
    }
}

/// The nonce of an RTKRD.
///
/// # Errors
/// [`Error::Malformed`]
pub fn parse_nonce_token(token: &[u8]) -> Result<&[u8], Error> {
    read(token).ok_or(Error::Malformed("a random number token (RTKRD)"))
}

pub(super) fn attribute(nonce: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::oid(oid::RANDOM_NONCE), &der::tlv(tag::SET, &[&der::octet_string(nonce)])])
}

fn read(token: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(der::only(tag::SEQUENCE, token)?);
    reader.oid(oid::RANDOM_NONCE)?;
    let nonce = der::only(tag::OCTET_STRING, reader.take(tag::SET)?)?;
    reader.end()?;
    (8..=16).contains(&nonce.len()).then_some(nonce)
}
