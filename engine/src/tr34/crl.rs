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
    /// Whether all that is critical in it is known here, and it is a whole list of one CA.
    is_understood: bool,
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
        let (mut revoked, mut is_understood) = (Vec::new(), true);
        let mut entries = Reader::new(reader.optional(tag::SEQUENCE)?.unwrap_or_default());
        while !entries.is_empty() {
            let mut entry = entries.sequence()?;
            revoked.push(entry.take(tag::INTEGER)?);
            certificate::time(&mut entry)?;
            if !entry.is_empty() {
                is_understood &= are_understood(entry.sequence()?)?;
            }
            entry.end()?;
        }
        if let Some(extensions) = reader.optional(tag::context(0))? {
            is_understood &= are_understood(Reader::new(der::only(tag::SEQUENCE, extensions)?))?;
        }
        reader.end()?;
        if algorithm != outer_algorithm {
            return None;
        }
        let algorithm = SignatureAlgorithm::parse(algorithm)?;
        Some(Self {
            content: content.whole,
            algorithm,
            signature,
            issuer,
            this_update,
            next_update,
            is_understood,
            revoked,
        })
    }

    /// Whether the sender's certificate is not on the list, and the list is one of its issuer's, whose key is
    /// `issuer_spki`, and of use at `now`. Signatures with SHA-1 are taken where `sha1` says so.
    ///
    /// # Errors
    /// [`Error::Crl`], [`Error::Revoked`], [`Error::Refused`] for a signature that does not verify.
    pub fn clears(
        &self,
        sender: &Certificate<'_>,
        issuer_spki: &[u8],
        now: Timestamp,
        sha1: bool,
        verify: Verify<'_>,
    ) -> Result<(), Error> {
        if self.issuer != sender.issuer() {
            return Err(Error::Crl("of another CA than the sender's certificate"));
        }
        if !self.is_understood {
            return Err(Error::Crl("a part of one, or has a critical extension that is not known here"));
        }
        if self.algorithm.is_sha1() && !sha1 {
            return Err(Error::Crl("signed with SHA-1, which this tenant's policy does not allow"));
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

/// Whether none of these extensions, of a list or of an entry, is critical, and none makes the list one of a part of the
/// certificates: what it leaves out, it does not clear. An entry with a critical one may be another CA's.
fn are_understood(mut extensions: Reader<'_>) -> Option<bool> {
    /// deltaCRLIndicator and issuingDistributionPoint (RFC 5280 sections 5.2.4 and 5.2.5), 2.5.29.27 and 28.
    const OF_A_PART: [&[u8]; 2] = [&[0x55, 0x1D, 27], &[0x55, 0x1D, 28]];
    let mut are_understood = true;
    while !extensions.is_empty() {
        let mut extension = extensions.sequence()?;
        let oid = extension.take(tag::OID)?;
        let is_critical = match extension.optional(tag::BOOLEAN)? {
            None | Some([0]) => false,
            Some([0xFF]) => true,
            Some(_) => return None,
        };
        extension.take(tag::OCTET_STRING)?;
        extension.end()?;
        are_understood &= !is_critical && !OF_A_PART.contains(&oid);
    }
    Some(are_understood)
}
