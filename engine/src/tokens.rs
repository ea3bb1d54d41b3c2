//! Exporting by TR-34: what TRTP and TROP have in common.

use protocol::field::code::{KeyTypeCode, MajorKeySelector, TokenForm};
use protocol::field::key::{GivenHeader, KeyRef};
use protocol::field::pair::{PairRef, TrustedRef};
use protocol::tag::Tag;

use crate::anchors;
use crate::certificate::{self, Certificate, KeyUsages, Role};
use crate::certify;
use crate::context::Context;
use crate::error::Error;
use crate::exchange;
use crate::hash::Hash;
use crate::held::{self, Held};
use crate::key::key_block::Header;
use crate::key::{self, Algorithm, KeyPair, PairPurpose, WorkingKey};
use crate::pairs;
use crate::public_key::{Padding, PublicKey};
use crate::tr34::{ContentCipher, Credential, Dialect, Freshness, Sender};

const AK: Tag = Tag::of("AK");
const BG: Tag = Tag::of("BG");
const CT: Tag = Tag::of("CT");
const FS: Tag = Tag::of("FS");
const RC: Tag = Tag::of("RC");
const RV: Tag = Tag::of("RV");
const SA: Tag = Tag::of("SA");
const SJ: Tag = Tag::of("SJ");

/// What TRTP and TROP ask.
pub(crate) struct Export<'r> {
    pub(crate) form: Option<TokenForm>,
    pub(crate) major_key: Option<MajorKeySelector>,
    pub(crate) cipher: Option<KeyTypeCode>,
    pub(crate) sender: &'r [u8],
    pub(crate) private_key: &'r PairRef,
    pub(crate) receiver: &'r [u8],
    pub(crate) receiver_ca: &'r TrustedRef,
    pub(crate) key: &'r KeyRef<'r>,
    pub(crate) key_major_key: Option<MajorKeySelector>,
    pub(crate) header: Option<GivenHeader<'r>>,
    pub(crate) freshness: Freshness<'r>,
    pub(crate) crl: Option<&'r [u8]>,
}

/// The token of a key for a receiver.
pub(crate) fn export(context: &mut Context<'_>, ask: &Export<'_>) -> Result<Vec<u8>, Error> {
    pairs::pmk(context, FS, ask.major_key)?;
    let dialect = match ask.form {
        None | Some(TokenForm::X9_2019) => Dialect::X9_2019,
        Some(TokenForm::X9_2012) => Dialect::X9_2012,
    };
    let cipher = match ask.cipher {
        Some(KeyTypeCode::Tdes3) => ContentCipher::Tdes,
        None | Some(KeyTypeCode::Aes128) => ContentCipher::Aes128,
        Some(KeyTypeCode::Des | KeyTypeCode::Tdes2 | KeyTypeCode::Aes192 | KeyTypeCode::Aes256) => {
            return Err(Error::Field { tag: CT, rule: "an envelope is under three-key triple DES (3) or AES-128 (4)" });
        }
    };
    let (header, key) = key(context, ask)?;
    let pair = pairs::open(context, RC, ask.private_key, PairPurpose::Sign)?;
    certify::needs_rsa(RC, pair.private().public())?;
    let sender = own(context, (RV, ask.sender), (RC, &pair), Part::Sender)?;
    let chain = chain(SJ, ask.receiver)?;
    let anchor = anchors::issuer_key(context, SA, ask.receiver_ca)?;
    anchors::verify_chain(context, SJ, &chain, Role::Any, Some(&anchor))?;
    let receiver = chain.first().ok_or(Error::Internal { what: "a chain without certificates" })?;
    plays(SJ, receiver, Part::Receiver)?;
    let receiver_key = PublicKey::from_der(receiver.spki()).map_err(|error| Error::PublicKey { tag: SJ, error })?;
    certify::needs_rsa(SJ, &receiver_key)?;
    strong_enough(context, BG, cipher, &key)?;
    let token = Sender { dialect, sender: &sender, receiver, freshness: ask.freshness, crl: ask.crl, cipher };
    // Both want randomness: the signature is made after the envelope, from a generator of its own.
    let mut blinding = context.random().fork();
    token
        .seal(
            &header,
            key.material(),
            &mut |clear| receiver_key.encrypt(Padding::Oaep(Hash::Sha256), clear).ok(),
            &mut certify::signer(&pair, &mut blinding),
            context.random(),
        )
        .map_err(|error| Error::Token { tag: SJ, error })
}

/// Who a certificate is for, in TR-34.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The key distribution host: it signs.
    Sender,
    /// The key receiving device: keys are enciphered to it.
    Receiver,
}

/// Whether a certificate leaves its key to this part: one without key usages does, and the standard's own have the usages
/// that are asked here.
pub(crate) fn plays(tag: Tag, certificate: &Certificate<'_>, part: Part) -> Result<(), Error> {
    let (usage, name) = match part {
        Part::Sender => (KeyUsages::DIGITAL_SIGNATURE, "digitalSignature"),
        Part::Receiver => (KeyUsages::KEY_ENCIPHERMENT, "keyEncipherment"),
    };
    if certificate::allows(certificate, usage) {
        return Ok(());
    }
    Err(Error::Certificate { tag, error: certificate::Error::Usage(name) })
}

/// The certificate of this side: valid now, of this private key, and for its part. Nobody verifies its chain here.
pub(crate) fn own<'c>(
    context: &Context<'_>,
    (tag, der): (Tag, &'c [u8]),
    (pair_tag, pair): (Tag, &KeyPair),
    part: Part,
) -> Result<Certificate<'c>, Error> {
    let refused = |error| Error::Certificate { tag, error };
    let certificate = Certificate::parse(der).map_err(refused)?;
    certificate.valid_at(context.now()).map_err(refused)?;
    certificate.is_understood().map_err(refused)?;
    certify::belongs(pair_tag, pair, &certificate)?;
    plays(tag, &certificate, part)?;
    Ok(certificate)
}

/// The certificates of a value, or of a credential token in it.
pub(crate) fn chain(tag: Tag, bytes: &[u8]) -> Result<Vec<Certificate<'_>>, Error> {
    if Credential::is_one(bytes) {
        let credential = Credential::parse(bytes).map_err(|error| Error::Token { tag, error })?;
        return Ok(credential.certificates);
    }
    Certificate::parse_all(bytes).map_err(|error| Error::Certificate { tag, error })
}

/// The key, and the 16 characters of header that go with it.
fn key<'a>(context: &Context<'a>, ask: &Export<'_>) -> Result<([u8; 16], Held<'a>), Error> {
    let selector = ask.key_major_key.or(ask.major_key);
    let given = ask.header.map(|header| held::template(AK, header)).transpose()?;
    let key = match ask.key {
        KeyRef::Slot(slot) => Held::Stored(context.entry(BG, (*slot).into())?),
        KeyRef::KeyBlock(block) => Held::Carried(held::open_block(context, BG, *block, selector)?),
        KeyRef::Cryptogram(_) => {
            return Err(Error::Field { tag: BG, rule: "TR-34 carries keys with a header: a key block or a slot" });
        }
    };
    exchange::leaves_in_block(BG, key.attributes().exportability)?;
    // What its optional blocks say must not get lost, whatever AK says.
    if key.header().has_optional_blocks() {
        return Err(Error::Conflict { tag: BG, rule: "the key has optional blocks, for which a token has no room" });
    }
    let header = match given {
        None => key.header().clone(),
        Some(header) => narrower(&key, header)?,
    };
    if header.has_optional_blocks() {
        return Err(Error::Field { tag: AK, rule: "a token has room for a header without optional blocks" });
    }
    let header = header.summary().into_bytes().try_into();
    Ok((header.map_err(|_| Error::Internal { what: "a header's length" })?, key))
}

/// A header that allows nothing that the key's own does not.
fn narrower(key: &WorkingKey, header: Header) -> Result<Header, Error> {
    let (own, given) = (key.attributes(), header.attributes());
    if (own.usage, own.algorithm) != (given.usage, given.algorithm) {
        return Err(Error::NotNarrower { tag: AK, rule: "usage and algorithm must be those of the key" });
    }
    if (own.key_version, own.context) != (given.key_version, given.context) {
        return Err(Error::NotNarrower { tag: AK, rule: "key version and context must be those of the key" });
    }
    if !given.mode.is_part_of(own.mode) || !given.exportability.is_part_of(own.exportability) {
        return Err(Error::NotNarrower { tag: AK, rule: "mode and exportability may be narrowed, not widened" });
    }
    Ok(header)
}

/// Whether the envelope and RSA carry a key. RSA counts as AES-128, whatever its length: RSA-2048 is what the standard
/// has keys up to AES-128 carried by.
pub(crate) fn strong_enough(
    context: &Context<'_>,
    tag: Tag,
    cipher: ContentCipher,
    key: &WorkingKey,
) -> Result<(), Error> {
    let carried = cipher.strength().min(Algorithm::Aes.strength(16));
    let needed = key.attributes().algorithm.strength(key.material().len());
    if needed <= carried || context.policy()?.weaker_wrapping {
        return Ok(());
    }
    Err(Error::Key { tag, error: key::Error::WeakerWrapping })
}
