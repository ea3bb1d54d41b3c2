//! Imports a key from a token of TR-34.

use protocol::command::tr34::import::{Request, Response};
use protocol::field::code::MajorKeySelector;
use protocol::field::data::CrlBytes;
use protocol::field::number::Seconds;
use protocol::tag::Tag;
use zeroize::Zeroizing;

use crate::certificate::{Certificate, Role};
use crate::certify;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::exchange;
use crate::hash::Hash;
use crate::held;
use crate::hsm::Timestamp;
use crate::key::key_block::Header;
use crate::key::{PairPurpose, WorkingKey};
use crate::major_key::MajorKeyKind;
use crate::pairs;
use crate::public_key::Padding;
use crate::tokens;
use crate::tr34::{self, Credential, Crl, Freshness, Receiver, Token};
use crate::trusted_key::TrustedKey;

const BJ: Tag = Tag::of("BJ");
const BO: Tag = Tag::of("BO");
const FS: Tag = Tag::of("FS");
const LA: Tag = Tag::of("LA");
const MK: Tag = Tag::of("MK");
const RC: Tag = Tag::of("RC");
const RH: Tag = Tag::of("RH");
const RV: Tag = Tag::of("RV");
const SA: Tag = Tag::of("SA");
const SJ: Tag = Tag::of("SJ");

/// Seconds by which a sender's clock may be ahead.
const AHEAD: u64 = 5 * 60;

impl Execute for Request {
    /// It verifies, opens and signs with RSA: a millisecond and more.
    fn is_slow(&self) -> bool {
        true
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        pairs::pmk(context, FS, self.major_key)?;
        let pair = pairs::open(context, RC, &self.private_key, PairPurpose::Receive)?;
        let receiver =
            Certificate::parse(self.receiver.bytes()).map_err(|error| Error::Certificate { tag: RV, error })?;
        certify::belongs(RC, &pair, &receiver)?;
        let token = Token::parse(self.token.bytes()).map_err(|error| Error::Token { tag: SJ, error })?;
        let chain = tokens::chain(RH, self.sender.bytes())?;
        let anchor = certify::issuer_key(context, SA, &self.sender_ca)?;
        certify::verify_chain(context, RH, &chain, Role::Any, Some(&anchor))?;
        let sender = chain.first().ok_or(Error::Internal { what: "a chain without certificates" })?;
        not_revoked(&self, context.now(), &token, &chain, &anchor)?;
        let expected = Receiver { receiver: &receiver, sender, freshness: freshness(&self)? };
        let decipher = |enciphered: &[u8]| {
            let clear = pair.private().decrypt(Padding::Oaep(Hash::Sha256), enciphered).ok()?;
            Some(Zeroizing::new(clear.expose().to_vec()))
        };
        let refused = |error| Error::Token { tag: SJ, error };
        let (header, material) = token.open(&expected, &certify::verify, &decipher).map_err(refused)?;
        let signed = token.signing_time();
        if signed.is_some_and(|signed| signed.0 > context.now().0 + AHEAD) {
            return Err(refused(tr34::Error::Stale));
        }
        let of_key = |error| Error::Key { tag: SJ, error };
        let header = Header::parse_template(&header).map_err(of_key)?;
        header.validate().map_err(of_key)?;
        let key = WorkingKey::new(header, material).map_err(of_key)?;
        exchange::acceptable(context, SJ, &key)?;
        let major_key = context.major_key(MajorKeyKind::from(self.key_major_key.unwrap_or(MajorKeySelector::Pmk)))?;
        let version = exchange::major_key_version(major_key.algorithm(), &key);
        let check_value = context.check_digits(key.check_value())?;
        let key = held::as_block(context, MK, major_key.kbpk(), version, &key)?;
        let signed = signed.and_then(|signed| u32::try_from(signed.0).ok()).and_then(Seconds::new);
        Ok(Response { key, check_value, signed })
    }
}

/// The nonce that was given, or the time of the last token.
fn freshness(request: &Request) -> Result<Freshness<'_>, Error> {
    match (&request.nonce, request.last) {
        (Some(nonce), None) => Ok(Freshness::Nonce(nonce.bytes())),
        (None, Some(last)) => Ok(Freshness::Time(Timestamp(last.value().into()))),
        (None, None) => Err(Error::FieldNeeded { tag: BJ, rule: "the random number, or LA for a token of one pass" }),
        (Some(_), Some(_)) => Err(Error::Conflict { tag: LA, rule: "a token has a random number or a time, not both" }),
    }
}

/// By the list of the token, or of the sender's credential, or of the request.
fn not_revoked(
    request: &Request,
    now: Timestamp,
    token: &Token<'_>,
    chain: &[Certificate<'_>],
    anchor: &TrustedKey,
) -> Result<(), Error> {
    let credential = Credential::parse(request.sender.bytes()).ok();
    let crl = token.crl().or_else(|| credential.and_then(|credential| credential.crl));
    let Some(crl) = crl.or(request.revoked.as_ref().map(CrlBytes::bytes)) else { return Ok(()) };
    let of_list = |error| Error::Token { tag: BO, error };
    let [sender, rest @ ..] = chain else { return Ok(()) };
    let issuer = rest.first().map_or(anchor.key.spki(), Certificate::spki);
    Crl::parse(crl).and_then(|crl| crl.clears(sender, issuer, now, &certify::verify)).map_err(of_list)
}
