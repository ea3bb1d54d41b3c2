//! What the commands of ceremonies share.

use std::sync::Arc;

use protocol::envelope::{Content, attested};
use protocol::field::code::{CeremonyMethod, Yes};
use protocol::field::data::{CeremonyId, CheckDigits, Envelope, Signature};
use protocol::field::name::IdentityName;
use protocol::field::number::Number;
use protocol::field::text::Text;
use protocol::tag::Tag;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::Error;
use crate::key::KeyType;
use crate::key::check_value::{CheckValue, check_value};
use crate::major_key::ceremony::Ceremony;
use crate::major_key::{Age, MajorKey, MajorKeyKind, fragment};
use crate::outcome::ChangeEffect;
use crate::policy::Policy;

const AE: Tag = Tag::of("AE");
const CE: Tag = Tag::of("CE");
const EN: Tag = Tag::of("EN");
const PN: Tag = Tag::of("PN");

/// The ceremony of this id. One that is over is not there.
pub(crate) fn find<'a>(context: &Context<'a>, id: CeremonyId) -> Result<&'a Ceremony, Error> {
    let found = context.tenant()?.ceremonies().find(|ceremony| ceremony.id == id);
    found.filter(|ceremony| !ceremony.is_over(context.now())).ok_or(Error::CeremonyMissing { tag: CE })
}

/// Asks for a ceremony to be kept as it is given.
pub(crate) fn put(context: &mut Context<'_>, ceremony: Ceremony) -> Result<(), Error> {
    context.change(ChangeEffect::PutCeremony(ceremony.into()), None)
}

/// What an envelope holds.
pub(crate) fn open(ceremony: &Ceremony, content: Content, envelope: &Envelope) -> Result<Zeroizing<Vec<u8>>, Error> {
    let opened = ceremony.pair.open(&ceremony.id.0, content, envelope.bytes());
    opened.map_err(|_| Error::EnvelopeRefused { tag: EN })
}

/// The HSM's signature over the ceremony's public key.
pub(crate) fn attestation(
    context: &Context<'_>,
    ceremony: &Ceremony,
) -> Result<(Option<Number<0, 65_535>>, Option<Signature>), Error> {
    let message = attested(context.tenant()?.name().as_str(), &ceremony.id.0, ceremony.pair.public());
    let made = context.attest(&message);
    let scheme = made.as_ref().and_then(|made| Number::new(made.scheme.into()));
    Ok((scheme, made.map(|made| Signature::new(&made.signature))))
}

/// The tenant's name, as the signature has it.
pub(crate) fn tenant(context: &Context<'_>) -> Result<Text<32>, Error> {
    Text::new(context.tenant()?.name().as_str()).ok_or(Error::Internal { what: "a tenant's name too long" })
}

/// A major key's check value in the digits of the tenant's policy.
pub(crate) fn digits(context: &Context<'_>, key_type: KeyType, value: &CheckValue) -> Result<CheckDigits, Error> {
    let digits = context.policy()?.digits_of_major_key(key_type.algorithm());
    CheckDigits::new(value.bytes(), digits).ok_or(Error::Internal { what: "a check value too short" })
}

/// Whether the digits that somebody gives are those of this check value.
pub(crate) fn agrees(value: &CheckValue, given: &CheckDigits) -> bool {
    value.bytes().starts_with(given.bytes())
}

/// Seconds until it ends by itself.
pub(crate) fn left(context: &Context<'_>, ceremony: &Ceremony) -> Result<Number<0, 1_000_000>, Error> {
    let left = ceremony.deadline.0.saturating_sub(context.now().0);
    u32::try_from(left).ok().and_then(Number::new).ok_or(Error::Internal { what: "a ceremony that lasts too long" })
}

/// How many components, fragments or cards, as the wire tells it.
pub(crate) fn count<const MIN: u32, const MAX: u32>(count: usize) -> Result<Number<MIN, MAX>, Error> {
    u32::try_from(count).ok().and_then(Number::new).ok_or(Error::Internal { what: "a count beyond its bounds" })
}

/// Whoever loads major keys has chosen a password, and so have the administrators of a new tenant.
pub(crate) fn passwords_are_changed(context: &Context<'_>) -> Result<(), Error> {
    let (people, login) = (context.tenant()?.people(), context.login()?);
    let is_open = |identity: &crate::identity::Identity| {
        identity.password.is_default() || (identity.must_change && login.has(&identity.name))
    };
    if people.identities().any(is_open) { Err(Error::PasswordDefault) } else { Ok(()) }
}

/// The identity that acts: the first on the session that has not acted before, or else the first.
pub(crate) fn custodian(context: &Context<'_>, before: &[&IdentityName]) -> Result<IdentityName, Error> {
    let login = context.login()?;
    let fresh = login.identities().find(|identity| !before.contains(identity));
    fresh.or_else(|| login.identities().next()).cloned().ok_or(Error::NotLoggedIn)
}

/// The type of a major key that is to be made: the one asked for, if such a key can be of it.
pub(crate) fn key_type(tag: Tag, kind: MajorKeyKind, asked: Option<KeyType>) -> Result<KeyType, Error> {
    let key_type = asked.unwrap_or(kind.usual_type());
    if kind.allows(key_type) {
        return Ok(key_type);
    }
    Err(Error::MajorKeyUnsuitable { tag, rule: kind.type_rule() })
}

/// A major key of this kind can be loaded: none is, or, for a pending one, one is and no change is under way.
pub(crate) fn can_load(context: &Context<'_>, kind: MajorKeyKind, age: Age) -> Result<(), Error> {
    let keys = context.tenant()?.major_keys();
    let is_changing = [Age::Pending, Age::Former].iter().any(|age| keys.of_age(kind, *age).is_some());
    match age {
        Age::Current if keys.find(kind).is_some() => Err(Error::MajorKeyLoaded { name: kind.name() }),
        Age::Pending if is_changing => Err(Error::MajorKeyInUse {
            tag: PN,
            rule: "a change of this major key is under way; switch and retire, or discard, first",
        }),
        Age::Pending => context.major_key(kind).map(drop),
        Age::Current | Age::Former => Ok(()),
    }
}

/// Ends the ceremony that takes the current key of this kind onto cards: the key is no longer the current one.
pub(crate) fn end_cards(context: &mut Context<'_>, kind: MajorKeyKind) -> Result<(), Error> {
    let of_kind = |it: &&Ceremony| it.kind == kind && it.method() == CeremonyMethod::Backup;
    let ids: Vec<CeremonyId> = context.tenant()?.ceremonies().filter(of_kind).map(|it| it.id).collect();
    ids.into_iter().try_for_each(|id| context.change(ChangeEffect::EndCeremony(id), None))
}

/// The age that a request asks for.
pub(crate) fn age(pending: Option<Yes>) -> Age {
    if pending.is_some() { Age::Pending } else { Age::Current }
}

/// The check value of a major key, if the digits that somebody gives are its own.
pub(crate) fn agreed(context: &Context<'_>, key: &MajorKey, given: &CheckDigits) -> Result<CheckDigits, Error> {
    let value = check_value(key.algorithm(), None, key.expose());
    if agrees(&value, given) {
        digits(context, key.key_type(), &value)
    } else {
        Err(Error::CheckValueWrong { tag: AE })
    }
}

/// When a ceremony that begins now ends by itself.
pub(crate) fn deadline(context: &Context<'_>, policy: &Policy) -> crate::hsm::Timestamp {
    crate::hsm::Timestamp(context.now().0.saturating_add(policy.ceremony_seconds.into()))
}

/// A refusal of a fragment.
pub(crate) fn refused(tag: Tag) -> impl Fn(fragment::Error) -> Error {
    move |error| Error::Fragment { tag, error }
}

/// The major keys that a translation goes from and to.
pub(crate) fn change(context: &Context<'_>, kind: MajorKeyKind) -> Result<(Arc<MajorKey>, Arc<MajorKey>), Error> {
    let keys = context.tenant()?.major_keys();
    context.major_key(kind)?;
    let of_age = |age| keys.of_age(kind, age).cloned();
    let (former, current, pending) = (of_age(Age::Former), of_age(Age::Current), of_age(Age::Pending));
    let before = current.clone().zip(pending);
    let none = Error::NoChange { name: kind.name(), age: "pending or former" };
    before.or_else(|| former.zip(current)).ok_or(none)
}
