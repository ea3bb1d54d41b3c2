//! EnvelopedData in both dialects: an ephemeral key to the receiver by RSA-OAEP, the content by CBC.

use zeroize::Zeroizing;

use super::{Decipher, Dialect, Encipher, Error, oaep, oid};
use crate::certificate::Certificate;
use crate::cipher::{BlockCipher, Padding};
use crate::der::{self, Reader, tag};
use crate::key::{self, Algorithm, KeyMaterial, KeyType};
use crate::random::{self, Generator};

/// The cipher of the content, in CBC mode with PKCS #7 padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentCipher {
    /// Three-key triple DES.
    Tdes,
    /// AES-128.
    Aes128,
    /// AES-192; read only.
    Aes192,
    /// AES-256; read only.
    Aes256,
}

impl ContentCipher {
    const ALL: [Self; 4] = [Self::Tdes, Self::Aes128, Self::Aes192, Self::Aes256];

    /// Strength in bits, comparable with that of keys.
    pub(crate) fn strength(self) -> usize {
        self.algorithm().strength(self.key_type().length())
    }

    /// des-ede3-cbc, and aes128-cbc and so on.
    const fn oid(self) -> &'static [u8] {
        match self {
            Self::Tdes => &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 3, 7],
            Self::Aes128 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 2],
            Self::Aes192 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 22],
            Self::Aes256 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42],
        }
    }

    const fn key_type(self) -> KeyType {
        match self {
            Self::Tdes => KeyType::Tdes3,
            Self::Aes128 => KeyType::Aes128,
            Self::Aes192 => KeyType::Aes192,
            Self::Aes256 => KeyType::Aes256,
        }
    }

    const fn algorithm(self) -> Algorithm {
        match self {
            Self::Tdes => Algorithm::Tdes,
            Self::Aes128 | Self::Aes192 | Self::Aes256 => Algorithm::Aes,
        }
    }

    const fn block(self) -> usize {
        match self {
            Self::Tdes => 8,
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
        }
    }
}

/// An envelope as slices of the bytes that it came in.
#[derive(Clone, Debug)]
pub(super) struct Envelope<'a> {
    pub(super) dialect: Dialect,
    /// IssuerAndSerialNumber of the recipient.
    pub(super) recipient: &'a [u8],
    enciphered_key: &'a [u8],
    pub(super) cipher: ContentCipher,
    iv: &'a [u8],
    content: &'a [u8],
}

/// The envelope of a clear content.
pub(super) fn seal(
    dialect: Dialect,
    receiver: &Certificate<'_>,
    cipher: ContentCipher,
    clear: &[u8],
    encipher: Encipher<'_>,
    random: &mut Generator,
) -> Result<Vec<u8>, Error> {
    let content_key = key::generate(cipher.key_type(), random);
    let mut iv = [0; 16];
    let iv = &mut iv[..cipher.block()];
    random::fill(random, iv);
    let sent_iv = der::octet_string(iv);
    let mut content = vec![0; Padding::Pkcs7.padded_length(clear.len(), cipher.block())];
    content[..clear.len()].copy_from_slice(clear);
    Padding::Pkcs7.fill(&mut content, clear.len());
    let block_cipher = BlockCipher::new(cipher.algorithm(), &content_key).map_err(|_| Error::Algorithm)?;
    block_cipher.encrypt_cbc(iv, &mut content).map_err(|_| Error::Algorithm)?;
    let enciphered_key = encipher(content_key.expose()).ok_or(Error::Receiver)?;
    let recipient = der::sequence(&[
        &der::integer(&[]),
        &receiver.issuer_and_serial(),
        &oaep::identifier(dialect),
        &der::octet_string(&enciphered_key),
    ]);
    let recipients = der::tlv(tag::SET, &[&recipient]);
    let (data, algorithm) = (der::oid(oid::DATA), der::oid(cipher.oid()));
    let content = der::tlv(tag::context_primitive(0), &[&content]);
    let version = der::integer(&[]);
    Ok(match dialect {
        Dialect::X9_2019 => {
            let content = der::sequence(&[&data, &der::sequence(&[&algorithm, &sent_iv]), &content]);
            der::sequence(&[&version, &recipients, &content])
        }
        Dialect::X9_2012 => {
            let content = der::sequence(&[&data, &der::sequence(&[&algorithm, &sent_iv, &content])]);
            [version, recipients, content].concat()
        }
    })
}

impl<'a> Envelope<'a> {
    /// Reads an envelope of either dialect; `Some(Err)` for algorithms that are not served.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Result<Self, Error>> {
        let mut reader = Reader::new(bytes);
        let dialect = if reader.peek()? == tag::SEQUENCE { Dialect::X9_2019 } else { Dialect::X9_2012 };
        if dialect == Dialect::X9_2019 {
            reader = Reader::new(der::only(tag::SEQUENCE, bytes)?);
        }
        // RFC 5652 section 6.1: 0 here; the module of the standard has 2 in one place.
        if !matches!(reader.integer()?, [0 | 2]) {
            return None;
        }
        let mut recipient = Reader::new(der::only(tag::SEQUENCE, reader.take(tag::SET)?)?);
        let mut content = reader.sequence()?;
        reader.end()?;
        recipient.number(0)?;
        let identity = recipient.take_whole(tag::SEQUENCE)?.whole;
        let transport = recipient.take_whole(tag::SEQUENCE)?.whole;
        let enciphered_key = recipient.take(tag::OCTET_STRING)?;
        recipient.end()?;
        content.oid(oid::DATA)?;
        let mut algorithm = content.sequence()?;
        let cipher = algorithm.take(tag::OID)?;
        let iv = algorithm.take(tag::OCTET_STRING)?;
        let enciphered = if algorithm.is_empty() { &mut content } else { &mut algorithm };
        let enciphered = enciphered.take(tag::context_primitive(0))?;
        algorithm.end()?;
        content.end()?;
        let cipher = ContentCipher::ALL.into_iter().find(|known| known.oid() == cipher);
        let Some(cipher) = cipher.filter(|_| oaep::is_ours(transport)) else { return Some(Err(Error::Algorithm)) };
        if iv.len() != cipher.block() {
            return None;
        }
        let recipient = identity;
        Some(Ok(Self { dialect, recipient, enciphered_key, cipher, iv, content: enciphered }))
    }

    /// The clear content; `None` for whatever goes wrong.
    pub(super) fn open(&self, decipher: Decipher<'_>) -> Option<Zeroizing<Vec<u8>>> {
        let content_key = decipher(self.enciphered_key)?;
        if content_key.len() != self.cipher.key_type().length() {
            return None;
        }
        let block_cipher = BlockCipher::new(self.cipher.algorithm(), &KeyMaterial::new(&content_key)).ok()?;
        let mut clear = Zeroizing::new(self.content.to_vec());
        block_cipher.decrypt_cbc(&mut self.iv.to_vec(), &mut clear).ok()?;
        let length = Padding::Pkcs7.unpadded_length(&clear, self.cipher.block()).ok()?;
        clear.truncate(length);
        Some(clear)
    }
}
