//! From a certificate to a public key that the tenant trusts.

use protocol::field::code::PairUsage;
use protocol::field::data::TrustedBytes;
use protocol::field::pair::TrustedRef;
use protocol::tag::Tag;

use crate::certificate::{Certificate, Role};
use crate::certify;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::MajorKey;
use crate::pairs;
use crate::public_key::{self, Kind, PublicKey};

const CZ: Tag = Tag::of("CZ");
const RV: Tag = Tag::of("RV");
const SA: Tag = Tag::of("SA");

/// What AVPC and RVPC ask.
pub(crate) struct Trust<'r> {
    pub(crate) certificates: &'r [u8],
    pub(crate) issuer_key: Option<&'r TrustedRef>,
    pub(crate) usage: PairUsage,
    pub(crate) rsa_only: bool,
}

/// The key of the first certificate, trusted for what is asked.
pub(crate) fn trust(context: &mut Context<'_>, pmk: &MajorKey, ask: &Trust<'_>) -> Result<TrustedBytes, Error> {
    let issuer = ask.issuer_key.map(|field| certify::issuer_key(context, SA, field)).transpose()?;
    let chain = Certificate::parse_all(ask.certificates).map_err(|error| Error::Certificate { tag: RV, error })?;
    // A root is for signing certificates and nothing else.
    let role = if issuer.is_none() && chain.len() == 1 { Role::Ca } else { Role::Any };
    certify::verify_chain(context, RV, &chain, role, issuer.as_ref())?;
    let certificate = chain.first().ok_or(Error::Internal { what: "a chain without certificates" })?;
    let key = PublicKey::from_der(certificate.spki()).map_err(|error| Error::PublicKey { tag: RV, error })?;
    if ask.rsa_only {
        certify::needs_rsa(RV, &key)?;
    }
    suits(ask.usage, key.kind())?;
    if issuer.is_none() {
        may_trust_roots(context)?;
        context.note("a root certificate is trusted".to_owned());
    }
    Ok(pairs::bind_certified(pmk, ask.usage, key, certify::certified(certificate)))
}

fn may_trust_roots(context: &Context<'_>) -> Result<(), Error> {
    let are_two = || context.login().is_ok_and(|login| login.count() >= 2);
    if context.policy()?.client_roots || are_two() { Ok(()) } else { Err(Error::DualControl) }
}

/// Keys on curves agree and wrap nothing, RSA keys wrap and do not agree.
fn suits(usage: PairUsage, kind: Kind) -> Result<(), Error> {
    let needed = match (usage, kind) {
        (PairUsage::Agree, Kind::Rsa(_)) => "a key on a curve",
        (PairUsage::Wrap | PairUsage::Token, Kind::Ec(_)) => "an RSA key",
        _ => return Ok(()),
    };
    Err(Error::PublicKey { tag: CZ, error: public_key::Error::Kind(needed) })
}
