//! Credential tokens (B.3 to B.7): SignedData without content and signers, for the certificates and the CRL in it.

use super::{Error, oid};
use crate::certificate::Certificate;
use crate::der::{self, Reader, tag};

/// What a credential token brings: CTKRD the receiver's certificate, CTKDH the sender's certificate and the CRL of its
/// CA; those of CAs have the form of a CTKRD.
#[derive(Clone, Debug)]
pub struct Credential<'a> {
    /// Certificates, at least one: the one that it is about first, and then always the issuer of the one before.
    pub certificates: Vec<Certificate<'a>>,
    /// The list of certificates that the sender's CA has revoked, in DER form.
    pub crl: Option<&'a [u8]>,
}

impl<'a> Credential<'a> {
    /// The token of certificates and of a CRL.
    #[must_use]
    pub fn write(certificates: &[Certificate<'_>], crl: Option<&[u8]>) -> Vec<u8> {
        // RFC 5652 section 10.2.3: a SET OF, which DER sorts.
        let mut certificates: Vec<&[u8]> = certificates.iter().map(Certificate::der).collect();
        certificates.sort_unstable();
        let crl = crl.map(|crl| der::tlv(tag::context(1), &[crl])).unwrap_or_default();
        let signed_data = der::sequence(&[
            &der::integer(&[1]),
            &der::tlv(tag::SET, &[]),
            &der::sequence(&[&der::oid(oid::DATA)]),
            &der::tlv(tag::context(0), &certificates),
            &crl,
            &der::tlv(tag::SET, &[]),
        ]);
        der::sequence(&[&der::oid(oid::SIGNED_DATA), &der::tlv(tag::context(0), &[&signed_data])])
    }

    /// Whether bytes are a token by their outermost form, so that they are not certificates.
    #[must_use]
    pub fn is_one(bytes: &[u8]) -> bool {
        signed_data(bytes).is_some()
    }

    /// Reads a token. The standard's own sample of a CTKDH has its CRL and its signers the other way round; that is
    /// not read.
    ///
    /// # Errors
    /// [`Error::Malformed`]
    pub fn parse(token: &'a [u8]) -> Result<Self, Error> {
        const WHAT: Error = Error::Malformed("a credential token (CTKRD or CTKDH)");
        let (certificates, crl) = Self::slices(token).ok_or(WHAT)?;
        let certificates = Certificate::parse_all(certificates).map_err(|_| WHAT)?;
        let certificates = linked(certificates).ok_or(Error::Malformed("certificates that make one chain"))?;
        Ok(Self { certificates, crl })
    }

    fn slices(token: &'a [u8]) -> Option<(&'a [u8], Option<&'a [u8]>)> {
        let mut signed_data = signed_data(token)?;
        signed_data.number(1)?;
        der::empty(signed_data.take(tag::SET)?)?;
        let mut content = signed_data.sequence()?;
        content.oid(oid::DATA)?;
        content.end()?;
        let certificates = signed_data.take(tag::context(0))?;
        let crl = signed_data.optional(tag::context(1))?;
        der::empty(signed_data.take(tag::SET)?)?;
        signed_data.end()?;
        Some((certificates, crl))
    }
}

/// The certificates of a set in the order of a chain. A set has none: the one that nobody here was issued by begins.
fn linked(mut set: Vec<Certificate<'_>>) -> Option<Vec<Certificate<'_>>> {
    let issues = |one: &Certificate<'_>, other: &Certificate<'_>| other.issuer() == one.subject();
    let is_first = |at: &usize| {
        let others = set.iter().enumerate().filter(|(place, _)| place != at);
        !others.into_iter().any(|(_, other)| issues(&set[*at], other))
    };
    let mut firsts = (0..set.len()).filter(is_first);
    let (first, None) = (firsts.next()?, firsts.next()) else { return None };
    let mut chain = vec![set.remove(first)];
    while !set.is_empty() {
        let next = set.iter().position(|one| chain.last().is_some_and(|last| issues(one, last)))?;
        chain.push(set.remove(next));
    }
    Some(chain)
}

/// What is in a ContentInfo of SignedData.
pub(super) fn signed_data(token: &[u8]) -> Option<Reader<'_>> {
    let mut reader = Reader::new(der::only(tag::SEQUENCE, token)?);
    reader.oid(oid::SIGNED_DATA)?;
    let content = reader.take(tag::context(0))?;
    reader.end()?;
    Some(Reader::new(der::only(tag::SEQUENCE, content)?))
}
