//! The identifier of RSAES-OAEP, whose parameters the two dialects write differently.

use super::{Dialect, oid};
use crate::certificate::algorithm_oid;
use crate::der::{self, Reader, tag};

/// RSAES-OAEP with SHA-256, MGF1 with SHA-256 and an empty label (RFC 4055 section 4.1).
pub(super) fn identifier(dialect: Dialect) -> Vec<u8> {
    let sha256 = der::oid(algorithm_oid::SHA256);
    let hash = der::sequence(&[&sha256, der::NULL]);
    let mgf1 = der::oid(algorithm_oid::MGF1);
    let parameters = match dialect {
        Dialect::X9_2019 => der::sequence(&[
            &der::tlv(tag::context(0), &[&hash]),
            &der::tlv(tag::context(1), &[&der::sequence(&[&mgf1, &hash])]),
        ]),
        Dialect::X9_2012 => der::sequence(&[
            &hash,
            &der::sequence(&[&mgf1, &der::sequence(&[&sha256])]),
            &der::sequence(&[&der::oid(oid::P_SPECIFIED), &der::octet_string(&[])]),
        ]),
    };
    der::sequence(&[&der::oid(algorithm_oid::OAEP), &parameters])
}

/// Whether it is the OAEP of this profile, with tagged parameters or without.
pub(super) fn is_ours(identifier: &[u8]) -> bool {
    read(identifier).is_some()
}

fn read(identifier: &[u8]) -> Option<()> {
    let mut reader = Reader::new(der::only(tag::SEQUENCE, identifier)?);
    reader.oid(algorithm_oid::OAEP)?;
    let mut parameters = reader.sequence()?;
    reader.end()?;
    is_hash(parameter(&mut parameters, 0)?)?;
    let mut mask = Reader::new(parameter(&mut parameters, 1)?);
    mask.oid(algorithm_oid::MGF1)?;
    is_hash(mask.take(tag::SEQUENCE)?)?;
    mask.end()?;
    if !parameters.is_empty() {
        let mut label = Reader::new(parameter(&mut parameters, 2)?);
        label.oid(oid::P_SPECIFIED)?;
        der::empty(label.take(tag::OCTET_STRING)?)?;
        label.end()?;
    }
    parameters.end()
}

/// Content of the next AlgorithmIdentifier, within a tag of this number or without one.
fn parameter<'a>(parameters: &mut Reader<'a>, number: u8) -> Option<&'a [u8]> {
    match parameters.optional(tag::context(number))? {
        Some(tagged) => der::only(tag::SEQUENCE, tagged),
        None => parameters.take(tag::SEQUENCE),
    }
}

/// SHA-256, with NULL as its parameters or without any.
fn is_hash(content: &[u8]) -> Option<()> {
    let mut reader = Reader::new(content);
    reader.oid(algorithm_oid::SHA256)?;
    reader.optional(tag::NULL)?;
    reader.end()
}
