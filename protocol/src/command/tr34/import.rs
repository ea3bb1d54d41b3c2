//! Imports a symmetric key from a token of TR-34, of either form, as its receiver.
//!
//! In this order: the receiver's own certificate, which must be valid now; the sender's, verified up to `SA` as AVPC does; key
//! usages, where they have any (the sender's digitalSignature, the receiver's keyEncipherment); every list of revoked
//! certificates that there is, in `BO`, in the credential and in the token; that the token is for `RV` and from `RH`; its
//! signature and digest; the random number, or the time; then it is opened, and the sender and the header in it must be
//! those that were signed. Signature, digest, decryption and what is in the envelope are one error. Last come strength, as
//! in TRTP, weakness, and odd parity of a key of the DES family, as the tenant's policy has them.
//!
//! A list must be whole, of the CA that issued the sender's certificate, in time, and without critical extensions; each must
//! clear the sender. In two passes there may be none. In one pass there must be one, as the standard has one in every such
//! token (B.8).
//!
//! Ours: the tags. Two passes: `BJ` is the random number that PEDK gave. One pass: `LA` is the time of the last token that
//! was taken from this sender, which the caller keeps as the answer tells it, even if it lies ahead: with an earlier one the
//! same token could come again. Later ones are taken, up to five minutes ahead of now and no older than seven days.

use crate::field::certificate::Nonce;
use crate::field::code::MajorKeySelector;
use crate::field::data::{Certificates, CheckDigits, CrlBytes, TokenBytes};
use crate::field::key::WrappedKey;
use crate::field::number::Seconds;
use crate::field::pair::{PairRef, TrustedRef};

command! {
    request {
        /// Major key of the private key.
        "FS" major_key: Option<MajorKeySelector>,
        /// The receiver's certificate.
        "RV" receiver: Certificates,
        /// The receiver's private key, one of CZT.
        "RC" private_key: PairRef,
        /// The token (KTKDH).
        "SJ" token: TokenBytes,
        /// The sender's certificate with those of CAs after it if any, or its credential token (CTKDH).
        "RH" sender: TokenBytes,
        /// Trusted public key of the CA of the sender.
        "SA" sender_ca: TrustedRef,
        /// The receiver's random number, in two passes.
        "BJ" nonce: Option<Nonce>,
        /// Time of the last token, in one pass: seconds since 1970.
        "LA" last: Option<Seconds>,
        /// List of the certificates that the sender's CA has revoked, beside those of the tokens.
        "BO" revoked: Option<CrlBytes>,
        /// Major key to wrap the key under; the PMK when absent.
        "MK" key_major_key: Option<MajorKeySelector>,
    }
    response {
        /// The key under the major key, with the sender's header.
        "BG" key: WrappedKey,
        /// Its check value.
        "AE" check_value: CheckDigits,
        /// When the token was signed, in one pass: seconds since 1970.
        "LA" signed: Option<Seconds>,
    }
}
