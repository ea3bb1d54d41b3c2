//! Imports a key from a token of TR-34.

use protocol::command::tr34::import::{Request, Response};
use protocol::field::code::MajorKeySelector;
use protocol::field::data::CrlBytes;
use protocol::field::number::Seconds;
use protocol::tag::Tag;
use zeroize::Zeroizing;

use crate::anchors;
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
use crate::key::{self, Algorithm, PairPurpose, WorkingKey, parity};
use crate::major_key::MajorKeyKind;
use crate::pairs;
use crate::public_key::Padding;
use crate::tokens::{self, Part};
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
/// Seconds for which a token of one pass may be on its way: nobody keeps one back to play it much later.
const OLDEST: u64 = 7 * 86_400;

impl Execute for Request {
    /// It verifies, opens and signs with RSA: a millisecond and more.
    fn is_slow(&self) -> bool {
        true
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        pairs::pmk(context, FS, self.major_key)?;
        let pair = pairs::open(context, RC, &self.private_key, PairPurpose::Receive)?;
        let receiver = tokens::own(context, (RV, self.receiver.bytes()), (RC, &pair), Part::Receiver)?;
        let token = Token::parse(self.token.bytes()).map_err(|error| Error::Token { tag: SJ, error })?;
        let chain = tokens::chain(RH, self.sender.bytes())?;
        let anchor = anchors::issuer_key(context, SA, &self.sender_ca)?;
        anchors::verify_chain(context, RH, &chain, Role::Any, Some(&anchor))?;
        let sender = chain.first().ok_or(Error::Internal { what: "a chain without certificates" })?;
        tokens::plays(RH, sender, Part::Sender)?;
        let freshness = freshness(self)?;
        not_revoked(context, self, &token, &chain, &anchor)?;
        let expected = Receiver { receiver: &receiver, sender, freshness };
        let decipher = |enciphered: &[u8]| {
            let clear = pair.private().decrypt(Padding::Oaep(Hash::Sha256), enciphered).ok()?;
            Some(Zeroizing::new(clear.expose().to_vec()))
        };
        let refused = |error| Error::Token { tag: SJ, error };
        let (header, material) = token.open(&expected, &certify::verify, &decipher).map_err(refused)?;
        let signed = token.signing_time();
        let now = context.now().0;
        if signed.is_some_and(|signed| signed.0 > now + AHEAD || signed.0 + OLDEST < now) {
            return Err(refused(tr34::Error::Stale));
        }
        let of_key = |error| Error::Key { tag: SJ, error };
        let header = Header::parse_template(&header).map_err(of_key)?;
        header.validate().map_err(of_key)?;
        let key = WorkingKey::new(header, material).map_err(of_key)?;
        tokens::strong_enough(context, SJ, token.cipher(), &key)?;
        exchange::acceptable(context, SJ, &key)?;
        odd(context, &key)?;
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

/// By every list that there is: the operator's, that of the sender's credential, that of the token. No signature covers the
/// latter two, so that whoever carries them may take one off or put an older one in; each can only make it stricter. A token
/// of one pass has one by the standard (B.8), and is not taken without any.
fn not_revoked(
    context: &Context<'_>,
    request: &Request,
    token: &Token<'_>,
    chain: &[Certificate<'_>],
    anchor: &TrustedKey,
) -> Result<(), Error> {
    let credential = Credential::parse(request.sender.bytes()).ok();
    let lists = [request.revoked.as_ref().map(CrlBytes::bytes), credential.and_then(|it| it.crl), token.crl()];
    if request.last.is_some() && lists.iter().all(Option::is_none) {
        let rule = "a list of revoked certificates: there is one with every token of one pass";
        return Err(Error::FieldNeeded { tag: BO, rule });
    }
    let of_list = |error| Error::Token { tag: BO, error };
    let [sender, rest @ ..] = chain else { return Ok(()) };
    let issuer = rest.first().map_or(anchor.key.spki(), Certificate::spki);
    let (now, sha1) = (context.now(), context.policy()?.sha1_signatures);
    for list in lists.into_iter().flatten() {
        if !anchors::signs_crls(chain, anchor) {
            return Err(of_list(tr34::Error::Crl("signed by a CA whose key usage does not include cRLSign")));
        }
        Crl::parse(list).and_then(|crl| crl.clears(sender, issuer, now, sha1, &certify::verify)).map_err(of_list)?;
    }
    Ok(())
}

/// Odd parity of a DES-family key, as every other way in asks for it.
fn odd(context: &Context<'_>, key: &WorkingKey) -> Result<(), Error> {
    let has_parity = matches!(key.attributes().algorithm, Algorithm::Des | Algorithm::Tdes);
    if !has_parity || parity::is_odd(key.material()) || context.policy()?.weak_keys {
        return Ok(());
    }
    Err(Error::Key { tag: SJ, error: key::Error::Parity })
}
