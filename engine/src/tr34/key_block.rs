//! What is enciphered: the key with the sender's identity and the header of its key block.

use zeroize::Zeroizing;

use super::oid;
use crate::der::{self, Reader, tag};
use crate::key::KeyMaterial;

/// Bytes of a header.
pub(super) const HEADER: usize = 16;

/// The clear content: version, sender, key, header.
pub(super) fn write(sender: &[u8], key: &KeyMaterial, header: &[u8; HEADER]) -> Zeroizing<Vec<u8>> {
    let header = header_attribute(header);
    let key = Zeroizing::new(der::octet_string(key.expose()));
    Zeroizing::new(der::sequence(&[&der::integer(&[1]), sender, &key, &header]))
}

/// What an opened envelope holds.
pub(super) struct Clear<'a> {
    /// IssuerAndSerialNumber of the sender.
    pub(super) sender: &'a [u8],
    pub(super) key: KeyMaterial,
    pub(super) header: [u8; HEADER],
}

/// Reads the clear content. The version is 0 in the standard's module and 1 in its samples.
pub(super) fn read(clear: &[u8]) -> Option<Clear<'_>> {
    let mut reader = Reader::new(der::only(tag::SEQUENCE, clear)?);
    if !matches!(reader.integer()?, [0 | 1]) {
        return None;
    }
    let sender = reader.take_whole(tag::SEQUENCE)?.whole;
    let key = reader.take(tag::OCTET_STRING)?;
    let header = read_header_attribute(reader.take_whole(tag::SEQUENCE)?.whole)?;
    reader.end()?;
    (1..=64).contains(&key.len()).then(|| Clear { sender, key: KeyMaterial::new(key), header })
}

/// The header as an attribute, enciphered and signed alike.
pub(super) fn header_attribute(header: &[u8; HEADER]) -> Vec<u8> {
    der::sequence(&[&der::oid(oid::DATA), &der::tlv(tag::SET, &[&der::octet_string(header)])])
}

pub(super) fn read_header_attribute(attribute: &[u8]) -> Option<[u8; HEADER]> {
    let mut reader = Reader::new(der::only(tag::SEQUENCE, attribute)?);
    reader.oid(oid::DATA)?;
    let header = der::only(tag::OCTET_STRING, reader.take(tag::SET)?)?;
    reader.end()?;
    header.try_into().ok()
}

/// Whether two headers are the same but for their length digits, which say nothing here.
pub(super) fn same_header(one: &[u8; HEADER], other: &[u8; HEADER]) -> bool {
    one[0] == other[0] && one[5..] == other[5..]
}
