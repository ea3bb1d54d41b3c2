//! X.509 certificates (RFC 5280): read as they were received, made, and verified as a chain.

mod algorithm;
mod chain;
mod extension;
mod make;
mod name;
mod request;

use x509_cert::der::Decode as _;

use crate::der::{self, Reader, tag};
use crate::hsm::Timestamp;

pub use algorithm::SignatureAlgorithm;
pub(crate) use algorithm::oid as algorithm_oid;
pub use chain::{Anchor, Role, allows, may_sign, name_digest, remaining, verify};
pub use extension::{Extensions, KeyUsages};
pub(crate) use make::time as written_time;
pub use make::{Content, Issuer, Sign, self_signed, sign};
pub use name::Name;
pub use request::Request;

/// Why a certificate or a request is refused. Whatever a signature can tell is one variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not DER of this form.
    #[error("not {0} in DER form")]
    Malformed(&'static str),
    /// An algorithm that is not taken.
    #[error("its signature algorithm is not served: RSA (PKCS #1 v1.5) or ECDSA with SHA-256, SHA-384 or SHA-512")]
    Algorithm,
    /// A signature with SHA-1, which the policy does not allow.
    #[error("this tenant's policy does not allow signatures with SHA-1")]
    Sha1,
    /// Another key, or changed bytes.
    #[error("the signature does not verify: another key, or changed bytes")]
    Signature,
    /// Its time has not begun.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// Its time is over.
    #[error("the certificate has expired")]
    Expired,
    /// The names do not make a chain.
    #[error("the certificate's issuer is not the subject of the certificate that should have signed it")]
    Issuer,
    /// The issuer is none.
    #[error("the issuer is not a CA: its basic constraints do not say CA:TRUE")]
    NotCa,
    /// The issuer may not sign certificates.
    #[error("the issuer's key usage does not include keyCertSign")]
    IssuerUsage,
    /// More CAs than one of them allows below it.
    #[error("more certificates follow than a CA's path length allows")]
    PathLength,
    /// Something critical that nobody here understands.
    #[error("the certificate has a critical extension that is not known here")]
    CriticalExtension,
    /// A key that its certificate gives to something else.
    #[error("the certificate's key usage does not include {0}")]
    Usage(&'static str),
    /// A key that its certificate keeps for purposes that nobody here has.
    #[error("the certificate's extended key usage is critical and does not include anyExtendedKeyUsage")]
    Purpose,
    /// The chain has an end that nobody trusts.
    #[error("the chain does not end in a certificate that signs itself, and no trusted key of its issuer is given")]
    NoAnchor,
    /// A key of a kind that is not served.
    #[error("the public key is not RSA of 2048 to 4096 bits, nor on P-256, P-384 or P-521")]
    Key,
    /// A name that cannot be written.
    #[error("{0}")]
    Name(&'static str),
}

/// What verifies a signature: SubjectPublicKeyInfo, algorithm, message and signature.
pub type Verify<'v> = &'v dyn Fn(&[u8], SignatureAlgorithm, &[u8], &[u8]) -> bool;

/// One certificate, as slices of the bytes that it came in.
#[derive(Clone, Debug)]
pub struct Certificate<'a> {
    der: &'a [u8],
    tbs: &'a [u8],
    algorithm: SignatureAlgorithm,
    signature: &'a [u8],
    serial: &'a [u8],
    issuer: &'a [u8],
    subject: &'a [u8],
    spki: &'a [u8],
    not_before: Timestamp,
    not_after: Timestamp,
    extensions: Extensions<'a>,
}

/// Most certificates in one value.
const MOST: usize = 8;

impl<'a> Certificate<'a> {
    /// Reads one certificate and nothing behind it.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::Algorithm`]
    pub fn parse(der: &'a [u8]) -> Result<Self, Error> {
        let (certificate, rest) = Self::parse_first(der)?;
        if rest.is_empty() { Ok(certificate) } else { Err(Error::Malformed("one certificate, and nothing behind it,")) }
    }

    /// Reads one to eight certificates that stand one after the other.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_all(der: &'a [u8]) -> Result<Vec<Self>, Error> {
        let (first, mut rest) = Self::parse_first(der)?;
        let mut all = vec![first];
        while !rest.is_empty() {
            let (next, after) = Self::parse_first(rest)?;
            if all.len() == MOST {
                return Err(Error::Malformed("one to eight certificates"));
            }
            all.push(next);
            rest = after;
        }
        Ok(all)
    }

    fn parse_first(der: &'a [u8]) -> Result<(Self, &'a [u8]), Error> {
        const WHAT: Error = Error::Malformed("a certificate of X.509 version 3");
        let mut reader = Reader::new(der);
        let whole = reader.take_whole(tag::SEQUENCE).ok_or(WHAT)?.whole;
        // The crate judges the whole structure; the slices are what signatures and names are compared in.
        x509_cert::Certificate::from_der(whole).map_err(|_| WHAT)?;
        let certificate = Self::slices(whole).ok_or(WHAT)??;
        Ok((certificate, &der[whole.len()..]))
    }

    fn slices(whole: &'a [u8]) -> Option<Result<Self, Error>> {
        let mut outer = Reader::new(der::only(tag::SEQUENCE, whole)?);
        let tbs = outer.take_whole(tag::SEQUENCE)?;
        let outer_algorithm = outer.take_whole(tag::SEQUENCE)?.whole;
        let signature = outer.take(tag::BIT_STRING)?.strip_prefix(&[0])?;
        outer.end()?;
        let mut reader = Reader::new(tbs.value);
        let mut version = reader.enter(tag::context(0))?;
        version.number(2)?;
        let serial = reader.take(tag::INTEGER)?;
        let algorithm = reader.take_whole(tag::SEQUENCE)?.whole;
        let issuer = reader.take_whole(tag::SEQUENCE)?.whole;
        let mut validity = reader.sequence()?;
        let not_before = time(&mut validity)?;
        let not_after = time(&mut validity)?;
        validity.end()?;
        let subject = reader.take_whole(tag::SEQUENCE)?.whole;
        let spki = reader.take_whole(tag::SEQUENCE)?.whole;
        reader.optional(tag::context_primitive(1))?;
        reader.optional(tag::context_primitive(2))?;
        let extensions = match reader.optional(tag::context(3))? {
            Some(extensions) => Extensions::parse(extensions)?,
            None => Extensions::default(),
        };
        reader.end()?;
        // RFC 5280 section 4.1.1.2: the same algorithm inside, where it is signed, and outside.
        if algorithm != outer_algorithm {
            return None;
        }
        let Some(algorithm) = SignatureAlgorithm::parse(algorithm) else { return Some(Err(Error::Algorithm)) };
        let tbs = tbs.whole;
        let made = Self {
            der: whole,
            tbs,
            algorithm,
            signature,
            serial,
            issuer,
            subject,
            spki,
            not_before,
            not_after,
            extensions,
        };
        Some(Ok(made))
    }

    /// All of it.
    #[must_use]
    pub fn der(&self) -> &'a [u8] {
        self.der
    }

    /// Content bytes of its serial number's INTEGER.
    #[must_use]
    pub fn serial(&self) -> &'a [u8] {
        self.serial
    }

    /// Name of its issuer, in DER form.
    #[must_use]
    pub fn issuer(&self) -> &'a [u8] {
        self.issuer
    }

    /// Name of its subject, in DER form.
    #[must_use]
    pub fn subject(&self) -> &'a [u8] {
        self.subject
    }

    /// Its public key: SubjectPublicKeyInfo in DER form.
    #[must_use]
    pub fn spki(&self) -> &'a [u8] {
        self.spki
    }

    /// Until when it is valid.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Its extensions.
    #[must_use]
    pub fn extensions(&self) -> &Extensions<'a> {
        &self.extensions
    }

    /// Whether it names itself as its issuer.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    /// `IssuerAndSerialNumber` (RFC 5652 section 10.2.4) in DER form.
    #[must_use]
    pub fn issuer_and_serial(&self) -> Vec<u8> {
        der::sequence(&[self.issuer, &der::tlv(tag::INTEGER, &[self.serial])])
    }

    /// Whether `now` lies within its validity, both ends included.
    ///
    /// # Errors
    /// [`Error::NotYetValid`], [`Error::Expired`]
    pub fn valid_at(&self, now: Timestamp) -> Result<(), Error> {
        if now < self.not_before {
            return Err(Error::NotYetValid);
        }
        if now > self.not_after { Err(Error::Expired) } else { Ok(()) }
    }

    /// Whether everything critical in it is known here, and nothing of it forbids what is done here.
    ///
    /// # Errors
    /// [`Error::CriticalExtension`], [`Error::Purpose`]
    pub fn is_understood(&self) -> Result<(), Error> {
        if self.extensions.has_unknown_critical {
            return Err(Error::CriticalExtension);
        }
        if self.extensions.is_for_other_purposes { Err(Error::Purpose) } else { Ok(()) }
    }

    /// Whether this public key has signed it.
    ///
    /// # Errors
    /// [`Error::Sha1`] unless `sha1` allows it, [`Error::Signature`].
    pub fn signed_by(&self, spki: &[u8], sha1: bool, verify: Verify<'_>) -> Result<(), Error> {
        if self.algorithm.is_sha1() && !sha1 {
            return Err(Error::Sha1);
        }
        if verify(spki, self.algorithm, self.tbs, self.signature) { Ok(()) } else { Err(Error::Signature) }
    }
}

/// The next value as a time: UTCTime or GeneralizedTime in the forms of RFC 5280 section 4.1.2.5.
pub(crate) fn time(reader: &mut Reader<'_>) -> Option<Timestamp> {
    let whole = reader.any()?.whole;
    let time = x509_cert::time::Time::from_der(whole).ok()?;
    Some(Timestamp(time.to_unix_duration().as_secs()))
}

#[cfg(test)]
mod tests;
