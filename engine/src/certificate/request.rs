//! Requests for certificates: PKCS #10 (RFC 2986).

use x509_cert::der::Decode as _;

use super::make::{self, Sign};
use super::{Error, KeyUsages, Name, SignatureAlgorithm, Verify, extension};
use crate::der::{self, Reader, tag};
use crate::hash::Hash;

/// extensionRequest, 1.2.840.113549.1.9.14.
const EXTENSION_REQUEST: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 14];

/// A request, as slices of the bytes that it came in.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    content: &'a [u8],
    algorithm: SignatureAlgorithm,
    signature: &'a [u8],
    subject: &'a [u8],
    spki: &'a [u8],
}

impl<'a> Request<'a> {
    /// Reads a request.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::Algorithm`]
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        const WHAT: Error = Error::Malformed("a PKCS #10 request");
        x509_cert::request::CertReq::from_der(der).map_err(|_| WHAT)?;
        Self::slices(der).ok_or(WHAT)?
    }

    fn slices(whole: &'a [u8]) -> Option<Result<Self, Error>> {
        let mut outer = Reader::new(der::only(tag::SEQUENCE, whole)?);
        let content = outer.take_whole(tag::SEQUENCE)?;
        let algorithm = outer.take_whole(tag::SEQUENCE)?.whole;
        let signature = outer.take(tag::BIT_STRING)?.strip_prefix(&[0])?;
        outer.end()?;
        let mut reader = Reader::new(content.value);
        reader.number(0)?;
        let subject = reader.take_whole(tag::SEQUENCE)?.whole;
        let spki = reader.take_whole(tag::SEQUENCE)?.whole;
        let Some(algorithm) = SignatureAlgorithm::parse(algorithm) else { return Some(Err(Error::Algorithm)) };
        Some(Ok(Self { content: content.whole, algorithm, signature, subject, spki }))
    }

    /// Name of the subject in DER form.
    #[must_use]
    pub fn subject(&self) -> &'a [u8] {
        self.subject
    }

    /// The subject's public key: SubjectPublicKeyInfo in DER form.
    #[must_use]
    pub fn spki(&self) -> &'a [u8] {
        self.spki
    }

    /// Whether the subject's own key has signed it.
    ///
    /// # Errors
    /// [`Error::Sha1`] unless `sha1` allows it, [`Error::Signature`].
    pub fn verify(&self, sha1: bool, verify: Verify<'_>) -> Result<(), Error> {
        if self.algorithm.is_sha1() && !sha1 {
            return Err(Error::Sha1);
        }
        if verify(self.spki, self.algorithm, self.content, self.signature) { Ok(()) } else { Err(Error::Signature) }
    }

    /// A request in DER form.
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::Algorithm`]
    pub fn make(
        subject: &Name,
        spki: &[u8],
        key_usages: Option<(bool, KeyUsages)>,
        hash: Hash,
        sign_with: Sign<'_>,
    ) -> Result<Vec<u8>, Error> {
        let algorithm = SignatureAlgorithm::of_key(spki, hash).ok_or(Error::Key)?;
        let identifier = algorithm.identifier().ok_or(Error::Algorithm)?;
        let attributes = key_usages.map(|(is_critical, usages)| {
            let usages = extension::write(extension::KEY_USAGE, is_critical, &usages.write());
            let values = der::tlv(tag::SET, &[&der::sequence(&[&usages])]);
            der::sequence(&[&der::oid(EXTENSION_REQUEST), &values])
        });
        let content = der::sequence(&[
            &der::integer(&[]),
            subject.der(),
            spki,
            &der::tlv(tag::context(0), &[&attributes.unwrap_or_default()]),
        ]);
        make::signed(&content, algorithm, &identifier, sign_with)
    }
}
