//! From a certificate to a public key that the tenant trusts.

use protocol::field::code::PairUsage;
use protocol::field::data::TrustedBytes;
use protocol::field::pair::TrustedRef;
use protocol::tag::Tag;

use crate::anchors;
use crate::certificate::{Certificate, Role};
use crate::certify;
use crate::context::Context;
use crate::error::Error;
use crate::hash::{Hash, digest};
use crate::key::KeyPair;
use crate::major_key::MajorKey;
use crate::pairs;
use crate::public_key::PublicKey;
use crate::trusted_key::Basis;

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
    let issuer = ask.issuer_key.map(|field| anchors::issuer_key(context, SA, field)).transpose()?;
    let chain = Certificate::parse_all(ask.certificates).map_err(|error| Error::Certificate { tag: RV, error })?;
    let [certificate, ..] = chain.as_slice() else {
        return Err(Error::Internal { what: "a chain without certificates" });
    };
    // One that signs itself, however it is asked to be verified.
    let signer = chain.get(1).map(Certificate::spki).or(issuer.as_ref().map(|issuer| issuer.key.spki()));
    let is_own = signer.is_none_or(|signer| signer == certificate.spki());
    let is_root = is_own && (signer.is_none() || certificate.is_self_issued());
    let role = if is_root { Role::Ca } else { Role::Any };
    anchors::verify_chain(context, RV, &chain, role, issuer.as_ref())?;
    let key = PublicKey::from_der(certificate.spki()).map_err(|error| Error::PublicKey { tag: RV, error })?;
    if ask.rsa_only {
        certify::needs_rsa(RV, &key)?;
    }
    KeyPair::suits(ask.usage, key.kind()).map_err(|error| Error::Key { tag: CZ, error })?;
    if is_root && !matches!(ask.usage, PairUsage::SignVerify | PairUsage::Verify) {
        return Err(Error::Conflict {
            tag: CZ,
            rule: "a root is trusted to have signed, and for nothing else: V or S",
        });
    }
    let certified = anchors::certified(RV, &chain, issuer.as_ref())?;
    if let (None, Some(root)) = (&issuer, chain.last()) {
        may_trust_roots(context)?;
        note(context, &key, ask.usage, root)?;
    }
    Ok(pairs::bind_on(Basis::Certificate(certified), pmk, ask.usage, key))
}

fn may_trust_roots(context: &Context<'_>) -> Result<(), Error> {
    let are_two = || context.login().is_ok_and(|login| login.count() >= 2);
    if context.policy()?.client_roots || are_two() { Ok(()) } else { Err(Error::DualControl) }
}

/// For the audit: which key it is, and the root that it rests on, which may be its own. Two people compare the digest with
/// what they have on paper.
fn note(context: &mut Context<'_>, key: &PublicKey, usage: PairUsage, root: &Certificate<'_>) -> Result<(), Error> {
    let (check_value, usage) = (context.check_value_of(key)?, usage.code());
    let digest: String = digest(Hash::Sha256, root.der()).as_bytes().iter().map(|byte| format!("{byte:02X}")).collect();
    context.note(format!(
        "a public key with check value {check_value} is trusted for {usage}, by the root certificate with SHA-256 {digest}"
    ));
    Ok(())
}
