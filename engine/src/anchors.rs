//! Verifying what others have signed: certificates up to a key that the tenant trusts, and what becomes of their keys.

use protocol::field::code::PairUsage;
use protocol::field::pair::TrustedRef;
use protocol::tag::Tag;

use crate::certificate::{self, Anchor, Certificate, KeyUsages, Role, name_digest};
use crate::certify;
use crate::context::Context;
use crate::error::Error;
use crate::pairs;
use crate::trusted_key::{Basis, Certified, TrustedKey};

/// The trusted public key that `field` names, as the issuer of certificates. That of a pair of the tenant's own is none:
/// any client can make a pair, and would then vouch for whomever it likes.
pub(crate) fn issuer_key(context: &Context<'_>, tag: Tag, field: &TrustedRef) -> Result<TrustedKey, Error> {
    let trusted = pairs::trusted(context, tag, field, &[PairUsage::SignVerify, PairUsage::Verify])?;
    match &trusted.basis {
        Basis::OwnPair => Err(Error::Distrusted { tag }),
        Basis::Certificate(certified) if !certified.is_ca => Err(Error::Distrusted { tag }),
        Basis::Certificate(certified) if context.now() > certified.not_after => {
            Err(Error::Certificate { tag, error: certificate::Error::Expired })
        }
        Basis::Certificate(_) | Basis::Administrators => Ok(trusted),
    }
}

/// Verifies a chain up to the key of an issuer, or up to a root that is in it.
pub(crate) fn verify_chain(
    context: &Context<'_>,
    tag: Tag,
    chain: &[Certificate<'_>],
    role: Role,
    issuer: Option<&TrustedKey>,
) -> Result<(), Error> {
    let anchor = issuer.map(|issuer| {
        let certified = said(issuer);
        let name = certified.map(|certified| certified.name);
        let path_length = certified.and_then(|certified| certified.path_length);
        Anchor { spki: issuer.key.spki(), name, path_length }
    });
    let sha1 = context.policy()?.sha1_signatures;
    certificate::verify(chain, role, anchor, context.now(), sha1, &certify::verify)
        .map_err(|error| Error::Certificate { tag, error })
}

/// What the first certificate of a verified chain, and all those above it, say of its key, for the key to go on to say.
pub(crate) fn certified(tag: Tag, chain: &[Certificate<'_>], issuer: Option<&TrustedKey>) -> Result<Certified, Error> {
    let first = chain.first().ok_or(Error::Internal { what: "a chain without certificates" })?;
    let above = issuer.and_then(said);
    let ends = chain.iter().map(Certificate::not_after).chain(above.map(|above| above.not_after));
    let is_ca = certificate::may_sign(first).is_ok();
    let path_length = match is_ca {
        true => certificate::remaining(chain, above.and_then(|above| above.path_length)),
        false => Ok(None),
    };
    Ok(Certified {
        is_ca,
        signs_crls: is_ca && certificate::allows(first, KeyUsages::CRL_SIGN),
        path_length: path_length.map_err(|error| Error::Certificate { tag, error })?,
        not_after: ends.min().unwrap_or(first.not_after()),
        name: name_digest(first.subject()),
    })
}

/// Whether the issuer of the first certificate may sign lists of revoked ones, as far as it is known.
pub(crate) fn signs_crls(chain: &[Certificate<'_>], issuer: &TrustedKey) -> bool {
    match (chain.get(1), said(issuer)) {
        (Some(issuer), _) => certificate::allows(issuer, KeyUsages::CRL_SIGN),
        (None, certified) => certified.is_none_or(|certified| certified.signs_crls),
    }
}

/// What the certificate has said from which a key came.
fn said(key: &TrustedKey) -> Option<&Certified> {
    match &key.basis {
        Basis::Certificate(certified) => Some(certified),
        Basis::OwnPair | Basis::Administrators => None,
    }
}
