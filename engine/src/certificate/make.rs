//! Making certificates.

use x509_cert::der::asn1::{GeneralizedTime, UtcTime};
use x509_cert::der::{DateTime, Encode as _};

use super::extension::{self, KeyUsages};
use super::{Error, Name, SignatureAlgorithm};
use crate::der::{self, tag};
use crate::hash::Hash;
use crate::hsm::Timestamp;

/// What a new certificate says of its subject.
#[derive(Clone, Debug)]
pub struct Content<'a> {
    /// Content bytes of its serial number: positive, at most 20 bytes.
    pub serial: &'a [u8],
    /// Whom it is for.
    pub subject: &'a Name,
    /// The subject's public key: SubjectPublicKeyInfo in DER form.
    pub spki: &'a [u8],
    /// From when on it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
    /// Whether the subject is a CA, and how many CAs may follow below it.
    pub ca: Option<(bool, Option<u8>)>,
    /// Whether the extension is critical, and the usages.
    pub key_usages: Option<(bool, KeyUsages)>,
}

/// Who signs a certificate.
#[derive(Clone, Copy, Debug)]
pub struct Issuer<'a> {
    /// Its name.
    pub name: &'a Name,
    /// Its public key: SubjectPublicKeyInfo in DER form.
    pub spki: &'a [u8],
    /// The identifier that its own certificate gives its key, for who verifies to find that certificate by (RFC 5280
    /// section 4.2.1.1). Where it gives none, none is written: a computed one could be another than others compute.
    pub key: Option<&'a [u8]>,
}

/// Signs bytes with a private key; `None` where that cannot be.
pub type Sign<'s> = &'s mut dyn FnMut(SignatureAlgorithm, &[u8]) -> Option<Vec<u8>>;

/// A certificate that its subject signs itself, in DER form.
///
/// # Errors
/// [`Error::Key`] for a key that is not served, [`Error::Name`] for a time that cannot be written.
pub fn self_signed(content: &Content<'_>, hash: Hash, sign_with: Sign<'_>) -> Result<Vec<u8>, Error> {
    let key = extension::key_identifier(content.spki).ok_or(Error::Key)?;
    let issuer = Issuer { name: content.subject, spki: content.spki, key: Some(&key) };
    sign(content, &issuer, hash, sign_with)
}

/// A certificate that an issuer signs, in DER form.
///
/// # Errors
/// As [`self_signed`].
pub fn sign(content: &Content<'_>, issuer: &Issuer<'_>, hash: Hash, sign_with: Sign<'_>) -> Result<Vec<u8>, Error> {
    let algorithm = SignatureAlgorithm::of_key(issuer.spki, hash).ok_or(Error::Key)?;
    let identifier = algorithm.identifier().ok_or(Error::Algorithm)?;
    let subject_key = extension::key_identifier(content.spki).ok_or(Error::Key)?;
    let validity = der::sequence(&[&time(content.not_before)?, &time(content.not_after)?]);
    let tbs = der::sequence(&[
        &der::tlv(tag::context(0), &[&der::integer(&[2])]),
        &der::integer(content.serial),
        &identifier,
        issuer.name.der(),
        &validity,
        content.subject.der(),
        content.spki,
        &der::tlv(tag::context(3), &[&extensions(content, &subject_key, issuer.key)]),
    ]);
    signed(&tbs, algorithm, &identifier, sign_with)
}

/// What is signed, its algorithm and its signature: the form of certificates and of requests.
pub(super) fn signed(
    content: &[u8],
    algorithm: SignatureAlgorithm,
    identifier: &[u8],
    sign_with: Sign<'_>,
) -> Result<Vec<u8>, Error> {
    let signature = sign_with(algorithm, content).ok_or(Error::Key)?;
    Ok(der::sequence(&[content, identifier, &der::bit_string(&signature)]))
}

fn extensions(content: &Content<'_>, subject_key: &[u8], issuer_key: Option<&[u8]>) -> Vec<u8> {
    let mut list = Vec::new();
    if let Some((is_ca, path_length)) = content.ca {
        list.push(extension::write(extension::BASIC_CONSTRAINTS, true, &constraints(is_ca, path_length)));
    }
    if let Some((is_critical, usages)) = content.key_usages {
        list.push(extension::write(extension::KEY_USAGE, is_critical, &usages.write()));
    }
    let identifier = der::octet_string(subject_key);
    list.push(extension::write(extension::SUBJECT_KEY_IDENTIFIER, false, &identifier));
    if let Some(issuer_key) = issuer_key {
        let authority = der::sequence(&[&der::tlv(tag::context_primitive(0), &[issuer_key])]);
        list.push(extension::write(extension::AUTHORITY_KEY_IDENTIFIER, false, &authority));
    }
    der::sequence(&list.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn constraints(is_ca: bool, path_length: Option<u8>) -> Vec<u8> {
    // FALSE is the default, which DER leaves out.
    let ca: &[u8] = if is_ca { &[tag::BOOLEAN, 1, 0xFF] } else { &[] };
    let length = path_length.filter(|_| is_ca).map(|length| der::integer(&[length])).unwrap_or_default();
    der::sequence(&[ca, &length])
}

/// UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 section 4.1.2.5).
pub(crate) fn time(time: Timestamp) -> Result<Vec<u8>, Error> {
    const WRONG: Error = Error::Name("a time of the certificate lies after the year 9999");
    let time = DateTime::from_unix_duration(std::time::Duration::from_secs(time.0)).map_err(|_| WRONG)?;
    let written = match UtcTime::from_date_time(time) {
        Ok(time) => time.to_der(),
        Err(_) => GeneralizedTime::from_date_time(time).to_der(),
    };
    written.map_err(|_| WRONG)
}
