//! Key transport tokens KTKDH (B.8, B.9): SignedData over an envelope, with the nonce or the time, and the header, among
//! the signed attributes.

use subtle::ConstantTimeEq as _;

use super::attributes::{self, Attributes};
use super::envelope::{self, ContentCipher, Envelope};
use super::{Decipher, Dialect, Encipher, Error, Freshness, credential, key_block, oid};
use crate::certificate::{Certificate, Sign, SignatureAlgorithm, Verify, algorithm_oid};
use crate::der::{self, tag};
use crate::hash::{Hash, digest};
use crate::key::KeyMaterial;
use crate::random::Generator;

/// Signatures of tokens: RSA with PKCS #1 v1.5 and SHA-256.
const SIGNATURE: SignatureAlgorithm = SignatureAlgorithm::Rsa(Hash::Sha256);

/// What a sender puts into a token.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// The form.
    pub dialect: Dialect,
    /// The sender's own certificate.
    pub sender: &'a Certificate<'a>,
    /// The certificate of whom it is for.
    pub receiver: &'a Certificate<'a>,
    /// Nonce or time.
    pub freshness: Freshness<'a>,
    /// The list of certificates that the sender's CA has revoked, in DER form.
    pub crl: Option<&'a [u8]>,
    /// Cipher of the content.
    pub cipher: ContentCipher,
}

impl Sender<'_> {
    /// The token of a key with the header of its key block.
    ///
    /// # Errors
    /// [`Error::Receiver`] where one of the two public keys is not RSA, [`Error::Malformed`] for a nonce of a wrong length.
    pub fn seal(
        &self,
        header: &[u8; 16],
        key: &KeyMaterial,
        encipher: Encipher<'_>,
        sign: Sign<'_>,
        random: &mut Generator,
    ) -> Result<Vec<u8>, Error> {
        let sender = self.sender.issuer_and_serial();
        let clear = key_block::write(&sender, key, header);
        let envelope = envelope::seal(self.dialect, self.receiver, self.cipher, &clear, encipher, random)?;
        let signed = attributes::write(self.freshness, header, digest(Hash::Sha256, &envelope).as_bytes())?;
        let signature = sign(SIGNATURE, &signed).ok_or(Error::Receiver)?;
        let sha256 = der::sequence(&[&der::oid(algorithm_oid::SHA256), der::NULL]);
        let rsa = der::sequence(&[&der::oid(algorithm_oid::RSA), der::NULL]);
        let signer = der::sequence(&[
            &der::integer(&[1]),
            &sender,
            &sha256,
            // The same bytes under the tag that says what they are here.
            &[&[tag::context(0)], &signed[1..]].concat(),
            &rsa,
            &der::octet_string(&signature),
        ]);
        let content = der::tlv(tag::context(0), &[&der::octet_string(&envelope)]);
        let crl = self.crl.map(|crl| der::tlv(tag::context(1), &[crl])).unwrap_or_default();
        let version = match self.dialect {
            // RFC 5652 section 5.1: the content is not id-data.
            Dialect::X9_2019 => 3,
            Dialect::X9_2012 => 1,
        };
        let signed_data = der::sequence(&[
            &der::integer(&[version]),
            &der::tlv(tag::SET, &[&sha256]),
            &der::sequence(&[&der::oid(oid::ENVELOPED_DATA), &content]),
            &crl,
            &der::tlv(tag::SET, &[&signer]),
        ]);
        Ok(der::sequence(&[&der::oid(oid::SIGNED_DATA), &der::tlv(tag::context(0), &[&signed_data])]))
    }
}

/// What a receiver expects.
#[derive(Clone, Copy, Debug)]
pub struct Receiver<'a> {
    /// The receiver's own certificate.
    pub receiver: &'a Certificate<'a>,
    /// The certificate of the sender to which the receiver is bound, verified before.
    pub sender: &'a Certificate<'a>,
    /// The nonce that was given, or the time of the last token.
    pub freshness: Freshness<'a>,
}

/// A token, as slices of the bytes that it came in.
#[derive(Clone, Debug)]
pub struct Token<'a> {
    pub(super) content: &'a [u8],
    envelope: Envelope<'a>,
    /// IssuerAndSerialNumber of the signer.
    pub(super) signer: &'a [u8],
    pub(super) attributes: Attributes<'a>,
    pub(super) signature: &'a [u8],
    crl: Option<&'a [u8]>,
}

impl<'a> Token<'a> {
    /// Reads a token of either dialect.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::Algorithm`]
    pub fn parse(token: &'a [u8]) -> Result<Self, Error> {
        Self::slices(token).unwrap_or(Err(Error::Malformed("a key transport token (KTKDH)")))
    }

    fn slices(token: &'a [u8]) -> Option<Result<Self, Error>> {
        let mut signed_data = credential::signed_data(token)?;
        if !matches!(signed_data.integer()?, [1 | 3]) {
            return None;
        }
        let mut digests = signed_data.enter(tag::SET)?;
        let is_sha256 = is_algorithm(digests.take_whole(tag::SEQUENCE)?.whole, algorithm_oid::SHA256)?;
        digests.end()?;
        let mut content = signed_data.sequence()?;
        content.oid(oid::ENVELOPED_DATA)?;
        let inner = der::only(tag::OCTET_STRING, content.take(tag::context(0))?)?;
        content.end()?;
        signed_data.optional(tag::context(0))?;
        let crl = signed_data.optional(tag::context(1))?;
        let mut signers = signed_data.enter(tag::SET)?;
        signed_data.end()?;
        let mut signer = signers.sequence()?;
        signers.end()?;
        signer.number(1)?;
        let identity = signer.take_whole(tag::SEQUENCE)?.whole;
        let is_same = is_algorithm(signer.take_whole(tag::SEQUENCE)?.whole, algorithm_oid::SHA256)?;
        let attributes = Attributes::parse(signer.take_whole(tag::context(0))?.whole)?;
        let how = signer.take_whole(tag::SEQUENCE)?.whole;
        let is_rsa = is_algorithm(how, algorithm_oid::RSA)? || SignatureAlgorithm::parse(how) == Some(SIGNATURE);
        let signature = signer.take(tag::OCTET_STRING)?;
        // Unsigned attributes say nothing here.
        signer.optional(tag::context(1))?;
        signer.end()?;
        if !(is_sha256 && is_same && is_rsa) {
            return Some(Err(Error::Algorithm));
        }
        let envelope = match Envelope::parse(inner)? {
            Ok(envelope) => envelope,
            Err(error) => return Some(Err(error)),
        };
        Some(Ok(Self { content: inner, envelope, signer: identity, attributes, signature, crl }))
    }

    /// Its form.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.envelope.dialect
    }

    /// The cipher of its content.
    #[must_use]
    pub fn cipher(&self) -> ContentCipher {
        self.envelope.cipher
    }

    /// The list of revoked certificates that it carries, in DER form.
    #[must_use]
    pub fn crl(&self) -> Option<&'a [u8]> {
        self.crl
    }

    /// The key and the header that its sender has bound to it. What can be told without a key is told apart; what needs
    /// one is [`Error::Refused`], whatever it is.
    ///
    /// # Errors
    /// [`Error::OtherReceiver`], [`Error::OtherSender`], [`Error::Refused`], and of a genuine token [`Error::Pass`],
    /// [`Error::Nonce`] and [`Error::Stale`].
    pub fn open(
        &self,
        expected: &Receiver<'_>,
        verify: Verify<'_>,
        decipher: Decipher<'_>,
    ) -> Result<([u8; 16], KeyMaterial), Error> {
        if self.envelope.recipient != expected.receiver.issuer_and_serial() {
            return Err(Error::OtherReceiver);
        }
        let sender = expected.sender.issuer_and_serial();
        if self.signer != sender {
            return Err(Error::OtherSender);
        }
        // As received, under the tag of a SET: never written again (standards of 2012 and 2019, samples of B.8 and B.9).
        let signed = [&[tag::SET], &self.attributes.received[1..]].concat();
        let is_signed = verify(expected.sender.spki(), SIGNATURE, &signed, self.signature);
        let content = digest(Hash::Sha256, self.content);
        let is_whole = bool::from(content.as_bytes().ct_eq(self.attributes.digest));
        if !(is_signed && is_whole) {
            return Err(Error::Refused);
        }
        self.is_fresh(expected.freshness)?;
        let clear = self.envelope.open(decipher).ok_or(Error::Refused)?;
        let clear = key_block::read(&clear).ok_or(Error::Refused)?;
        let is_same = clear.sender == sender && key_block::same_header(&clear.header, &self.attributes.header);
        if is_same { Ok((clear.header, clear.key)) } else { Err(Error::Refused) }
    }

    /// When it was signed, where it is one of one pass.
    #[must_use]
    pub fn signing_time(&self) -> Option<crate::hsm::Timestamp> {
        self.attributes.time
    }

    fn is_fresh(&self, expected: Freshness<'_>) -> Result<(), Error> {
        match (expected, self.attributes.nonce, self.attributes.time) {
            (Freshness::Nonce(expected), Some(nonce), None) if nonce == expected => Ok(()),
            (Freshness::Nonce(_), Some(_), None) => Err(Error::Nonce),
            (Freshness::Nonce(_), _, _) => {
                Err(Error::Pass("no nonce, or a time beside it: one pass, where two are expected"))
            }
            (Freshness::Time(last), None, Some(time)) if time > last => Ok(()),
            (Freshness::Time(_), None, Some(_)) => Err(Error::Stale),
            (Freshness::Time(_), _, _) => {
                Err(Error::Pass("no time, or a nonce beside it: two passes, where one is expected"))
            }
        }
    }
}

/// Whether an AlgorithmIdentifier is this one, with NULL as its parameters or without any.
fn is_algorithm(identifier: &[u8], oid: &[u8]) -> Option<bool> {
    let mut reader = der::Reader::new(der::only(tag::SEQUENCE, identifier)?);
    let found = reader.take(tag::OID)?;
    reader.optional(tag::NULL)?;
    reader.end()?;
    Some(found == oid)
}
