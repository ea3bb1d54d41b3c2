//! TR-34 (ASC X9 TR-34:2019): a symmetric key travels from a key distribution host (KDH) to a key receiving device
//! (KRD), enciphered to the one and signed by the other.
//!
//! Two dialects travel. We write the structures of 2019 as RFC 5652 has them, or, where asked, those of 2012 that a
//! large cloud takes: EnvelopedData without its SEQUENCE, OAEP parameters without tags, IV and ciphertext within the
//! algorithm. Both are read. Signed attributes are verified as they were received, because samples of the standard
//! have them in an order that DER does not.

mod attributes;
mod credential;
mod crl;
mod envelope;
mod key_block;
mod nonce;
mod oaep;
mod token;

use zeroize::Zeroizing;

use crate::hsm::Timestamp;

pub use credential::Credential;
pub use crl::Crl;
pub use envelope::ContentCipher;
pub use nonce::{nonce_token, parse_nonce_token};
pub use token::{Receiver, Sender, Token};

/// The form of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// TR-34:2019, as RFC 5652 has it.
    X9_2019,
    /// TR-34:2012, as a large cloud takes it.
    X9_2012,
}

/// What keeps a token from being played again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness<'a> {
    /// Two passes: the receiver's nonce of 8 to 16 bytes.
    Nonce(&'a [u8]),
    /// One pass: when it was signed, or, for a receiver, when the last one was that it took.
    Time(Timestamp),
}

/// Why a token is refused. Signature, digest, decryption, padding and what the envelope holds are one variant: they are
/// told apart by nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A form that is seen to be wrong without any key.
    #[error("not {0} of TR-34 in DER form")]
    Malformed(&'static str),
    /// Algorithms that are not served.
    #[error(
        "the token's algorithms are not served: RSA-OAEP with SHA-256, triple DES or AES in CBC mode, RSA signatures"
    )]
    Algorithm,
    /// A token for somebody else.
    #[error("the token is for another receiver: its recipient is not the receiver's certificate")]
    OtherReceiver,
    /// A token from somebody else.
    #[error("the token is from another sender: its signer is not the sender's certificate")]
    OtherSender,
    /// Whatever only keys can tell.
    #[error("the token is refused: it does not verify or does not open")]
    Refused,
    /// Not the receiver's nonce.
    #[error("the token's nonce is not the one that was given")]
    Nonce,
    /// One of one pass where two are expected, or the other way round.
    #[error("the token has {0}")]
    Pass(&'static str),
    /// Played again, from the future, or too old.
    #[error("the token's time is not after that of the last one, lies ahead, or is over seven days ago")]
    Stale,
    /// A list of revoked certificates that is of no use.
    #[error("the list of revoked certificates is {0}")]
    Crl(&'static str),
    /// The sender's certificate is revoked.
    #[error("the sender's certificate is revoked")]
    Revoked,
    /// A key that its public key cannot encipher to.
    #[error("the key cannot be enciphered to the receiver's public key: RSA is needed")]
    Receiver,
}

/// Enciphers to the receiver: RSAES-OAEP, SHA-256 and MGF1 with SHA-256, an empty label.
pub type Encipher<'e> = &'e mut dyn FnMut(&[u8]) -> Option<Vec<u8>>;

/// Deciphers as the receiver; `None` for whatever goes wrong.
pub type Decipher<'d> = &'d dyn Fn(&[u8]) -> Option<Zeroizing<Vec<u8>>>;

/// Object identifiers, as content bytes.
mod oid {
    /// 1.2.840.113549.1.7 (PKCS #7).
    macro_rules! pkcs7 {
        ($($name:ident = $last:literal;)+) => {
            $(pub(super) const $name: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, $last];)+
        };
    }
    /// 1.2.840.113549.1.9 (PKCS #9).
    macro_rules! pkcs9 {
        ($($name:ident = $($last:literal)+;)+) => {
            $(pub(super) const $name: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, $($last),+];)+
        };
    }
    pkcs7! { DATA = 1; SIGNED_DATA = 2; ENVELOPED_DATA = 3; }
    pkcs9! { CONTENT_TYPE = 3; MESSAGE_DIGEST = 4; SIGNING_TIME = 5; RANDOM_NONCE = 25 3; }
    /// id-pSpecified.
    pub(super) const P_SPECIFIED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 9];
}

#[cfg(test)]
mod tests;
