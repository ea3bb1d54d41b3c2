//! Signed attributes of a token: content type, digest, header, and nonce or time.

use super::{Error, Freshness, key_block, nonce, oid};
use crate::certificate;
use crate::der::{self, Reader, tag};
use crate::hsm::Timestamp;

/// The attributes as they were received.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attributes<'a> {
    /// With their tag, in their order.
    pub(super) received: &'a [u8],
    pub(super) digest: &'a [u8],
    pub(super) header: [u8; 16],
    pub(super) nonce: Option<&'a [u8]>,
    pub(super) time: Option<Timestamp>,
}

/// The SET that is signed, in the order of DER.
pub(super) fn write(freshness: Freshness<'_>, header: &[u8; 16], digest: &[u8]) -> Result<Vec<u8>, Error> {
    let freshness = match freshness {
        Freshness::Nonce(nonce) => nonce::nonce_token(nonce)?,
        Freshness::Time(time) => {
            let time = certificate::written_time(time).map_err(|_| Error::Malformed("a time that can be written"))?;
            one(oid::SIGNING_TIME, &time)
        }
    };
    Ok(der::set_of(vec![
        one(oid::CONTENT_TYPE, &der::oid(oid::ENVELOPED_DATA)),
        one(oid::MESSAGE_DIGEST, &der::octet_string(digest)),
        key_block::header_attribute(header),
        freshness,
    ]))
}

fn one(oid: &[u8], value: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::oid(oid), &der::tlv(tag::SET, &[value])])
}

impl<'a> Attributes<'a> {
    /// Reads the attributes in whatever order they stand; each once, with one value.
    pub(super) fn parse(received: &'a [u8]) -> Option<Self> {
        let mut list = Reader::new(received).enter(tag::context(0))?;
        let (mut content_type, mut digest, mut header, mut nonce, mut time) = (None, None, None, None, None);
        while !list.is_empty() {
            let whole = list.take_whole(tag::SEQUENCE)?;
            let mut attribute = Reader::new(whole.value);
            let name = attribute.take(tag::OID)?;
            let value = attribute.take(tag::SET)?;
            attribute.end()?;
            let is_new = match name {
                oid::CONTENT_TYPE => content_type.replace(der::only(tag::OID, value)?).is_none(),
                oid::MESSAGE_DIGEST => digest.replace(der::only(tag::OCTET_STRING, value)?).is_none(),
                oid::DATA => header.replace(key_block::read_header_attribute(whole.whole)?).is_none(),
                oid::RANDOM_NONCE => nonce.replace(der::only(tag::OCTET_STRING, value)?).is_none(),
                oid::SIGNING_TIME => {
                    let mut value = Reader::new(value);
                    let read = certificate::time(&mut value)?;
                    value.end()?;
                    time.replace(read).is_none()
                }
                // Others may be there (RFC 5652 section 5.3); they are signed, and say nothing here.
                _ => true,
            };
            if !is_new {
                return None;
            }
        }
        (content_type? == oid::ENVELOPED_DATA).then_some(())?;
        Some(Self { received, digest: digest?, header: header?, nonce, time })
    }
}
