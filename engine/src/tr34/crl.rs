//! Lists of revoked certificates (RFC 5280 section 5), as far as a receiver looks at them.

use super::Error;
use crate::certificate::{self, Certificate, SignatureAlgorithm, Verify};
use crate::der::{self, Reader, tag};
use crate::hsm::Timestamp;

/// A list, as slices of the bytes that it came in.
#[derive(Clone, Debug)]
pub struct Crl<'a> {
    content: &'a [u8],
    algorithm: SignatureAlgorithm,
    signature: &'a [u8],
    issuer: &'a [u8],
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    revoked: Vec<&'a [u8]>,
}

impl<'a> Crl<'a> {
    /// Reads a list.
    ///
    /// # Errors
    /// [`Error::Crl`]
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        Self::slices(der).ok_or(Error::Crl("not one in DER form"))
    }

    fn slices(der: &'a [u8]) -> Option<Self> {
        let mut outer = Reader::new(der::only(tag::SEQUENCE, der)?);
        let content = outer.take_whole(tag::SEQUENCE)?;
        let outer_algorithm = outer.take_whole(tag::SEQUENCE)?.whole;
        let signature = outer.take(tag::BIT_STRING)?.strip_prefix(&[0])?;
        outer.end()?;
        let mut reader = Reader::new(content.value);
        reader.optional(tag::INTEGER)?;
        let algorithm = reader.take_whole(tag::SEQUENCE)?.whole;
        let issuer = reader.take_whole(tag::SEQUENCE)?.whole;
        let this_update = certificate::time(&mut reader)?;
        let next_update = match reader.peek() {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(certificate::time(&mut reader)?),
            _ => None,
        };
        let mut revoked = Vec::new();
        let mut entries = Reader::new(reader.optional(tag::SEQUENCE)?.unwrap_or_default());
        while !entries.is_empty() {
            revoked.push(entries.sequence()?.take(tag::INTEGER)?);
        }
        reader.optional(tag::context(0))?;
        reader.end()?;
        if algorithm != outer_algorithm {
            return None;
        }
        let algorithm = SignatureAlgorithm::parse(algorithm)?;
        Some(Self { content: content.whole, algorithm, signature, issuer, this_update, next_update, revoked })
    }

    /// Whether the sender's certificate is not on the list, and the list is one of its issuer's, whose key is
    /// `issuer_spki`, and of use at `now`.
    ///
    /// # Errors
    /// [`Error::Crl`], [`Error::Revoked`], [`Error::Refused`] for a signature that does not verify.
    pub fn clears(
        &self,
        sender: &Certificate<'_>,
        issuer_spki: &[u8],
        now: Timestamp,
        verify: Verify<'_>,
    ) -> Result<(), Error> {
        if self.issuer != sender.issuer() {
            return Err(Error::Crl("of another CA than the sender's certificate"));
        }
        if now < self.this_update {
            return Err(Error::Crl("not valid yet"));
        }
        if self.next_update.is_none_or(|next| now > next) {
            return Err(Error::Crl("out of date"));
        }
        if !verify(issuer_spki, self.algorithm, self.content, self.signature) {
            return Err(Error::Refused);
        }
        if self.revoked.contains(&sender.serial()) { Err(Error::Revoked) } else { Ok(()) }
    }
}
