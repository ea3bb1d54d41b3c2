//! Verifying a chain (RFC 5280 section 6, without policies and name constraints).

use super::{Certificate, Error, KeyUsages, Verify};
use crate::hash::{Hash, digest};
use crate::hsm::Timestamp;

/// What is known of a key that is trusted to have signed the last certificate of a chain.
#[derive(Clone, Copy, Debug)]
pub struct Anchor<'a> {
    /// Its SubjectPublicKeyInfo in DER form.
    pub spki: &'a [u8],
    /// SHA-256 of the subject of its certificate in DER form, where it came from one.
    pub name: Option<[u8; 32]>,
    /// How many CAs may follow below it, where its certificate says so.
    pub path_length: Option<u8>,
}

/// What the first certificate of a chain is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A CA: it may sign certificates.
    Ca,
    /// Anything.
    Any,
}

/// Verifies a chain whose first certificate is the one of interest, and each next one the issuer of the one before. The
/// last is signed by the anchor or, without one, by itself.
///
/// # Errors
/// The first rule that is broken, from the first certificate on; [`Error::NoAnchor`] where the end is not trusted.
pub fn verify(
    chain: &[Certificate<'_>],
    role: Role,
    anchor: Option<Anchor<'_>>,
    now: Timestamp,
    sha1: bool,
    verify: Verify<'_>,
) -> Result<(), Error> {
    let (first, last) = (chain.first().ok_or(Error::NoAnchor)?, chain.last().ok_or(Error::NoAnchor)?);
    for certificate in chain {
        certificate.valid_at(now)?;
        certificate.is_understood()?;
    }
    if role == Role::Ca {
        may_sign(first)?;
    }
    // CAs that stand between the first certificate and the issuer, without those that renew themselves.
    let mut between: u8 = 0;
    for (position, pair) in chain.windows(2).enumerate() {
        let [certificate, issuer] = pair else { continue };
        if position > 0 && !certificate.is_self_issued() {
            between = between.saturating_add(1);
        }
        if certificate.issuer != issuer.subject {
            return Err(Error::Issuer);
        }
        may_sign(issuer)?;
        short_enough(issuer.extensions.path_length, between)?;
        certificate.signed_by(issuer.spki, sha1, verify)?;
    }
    let Some(anchor) = anchor else {
        if !last.is_self_issued() {
            return Err(Error::NoAnchor);
        }
        return last.signed_by(last.spki, sha1, verify);
    };
    if anchor.name.is_some_and(|name| name != name_digest(last.issuer)) {
        return Err(Error::Issuer);
    }
    if chain.len() > 1 && !last.is_self_issued() {
        between = between.saturating_add(1);
    }
    short_enough(anchor.path_length, between)?;
    last.signed_by(anchor.spki, sha1, verify)
}

/// SHA-256 of a name in DER form.
#[must_use]
pub fn name_digest(name: &[u8]) -> [u8; 32] {
    digest(Hash::Sha256, name).as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Whether a certificate is that of a CA that may sign certificates.
///
/// # Errors
/// [`Error::NotCa`], [`Error::IssuerUsage`]
pub fn may_sign(issuer: &Certificate<'_>) -> Result<(), Error> {
    if !issuer.extensions.is_ca {
        return Err(Error::NotCa);
    }
    if allows(issuer, KeyUsages::KEY_CERT_SIGN) { Ok(()) } else { Err(Error::IssuerUsage) }
}

/// Whether a certificate leaves its key to this usage: it says so, or says nothing of usages.
#[must_use]
pub fn allows(certificate: &Certificate<'_>, usage: KeyUsages) -> bool {
    certificate.extensions.key_usages.is_none_or(|usages| usages.includes(usage))
}

/// How many CAs may follow below the first certificate of a chain, which is a CA's, by its own word and by that of all
/// above it: what its key may do when it verifies further certificates by itself (RFC 5280 section 6.1.4, l and m).
///
/// # Errors
/// [`Error::PathLength`] where those above leave no room for a CA there.
pub fn remaining(chain: &[Certificate<'_>], anchor: Option<u8>) -> Result<Option<u8>, Error> {
    chain.iter().rev().try_fold(anchor, |above, certificate| {
        let left = match above {
            Some(left) if !certificate.is_self_issued() => Some(left.checked_sub(1).ok_or(Error::PathLength)?),
            left => left,
        };
        let own = certificate.extensions.path_length;
        Ok(left.into_iter().chain(own).min())
    })
}

fn short_enough(path_length: Option<u8>, between: u8) -> Result<(), Error> {
    if path_length.is_some_and(|length| between > length) { Err(Error::PathLength) } else { Ok(()) }
}
