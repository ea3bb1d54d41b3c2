//! Symmetric keys under RSA: a key with its header in one piece, and which keys an RSA key may carry.

use protocol::tag::Tag;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::Error;
use crate::hash::Hash;
use crate::key::key_block::Header;
use crate::key::{self, Attributes, KeyMaterial, WorkingKey};
use crate::public_key::{Kind, Padding};

const AK: Tag = Tag::of("AK");

/// OAEP's label for a key with its header. What has another label, or none, as the envelope of a TR-34 token has, does not
/// decrypt with it.
const LABEL: &[u8] = b"strongroom wrapped key 1";
/// Bytes of a header's length.
const LENGTH: usize = 2;

/// The padding of a key with its header, in place of that of a bare key.
pub(crate) const fn labelled(padding: Padding) -> Padding {
    match padding {
        Padding::Oaep(hash) | Padding::Labelled(hash, _) => Padding::Labelled(hash, LABEL),
        Padding::Pkcs1 => Padding::Labelled(Hash::Sha256, LABEL),
    }
}

/// The length of the header's template, the template, the key.
pub(crate) fn joined(key: &WorkingKey) -> Option<Zeroizing<Vec<u8>>> {
    let (header, material) = (key.header().template(), key.material().expose());
    // Of its final size at once: growing would leave copies behind.
    let mut joined = Zeroizing::new(Vec::with_capacity(LENGTH + header.len() + material.len()));
    joined.extend_from_slice(&u16::try_from(header.len()).ok()?.to_be_bytes());
    joined.extend_from_slice(&header);
    joined.extend_from_slice(material);
    Some(joined)
}

/// The key that [`joined`] put together; `None` for whatever is not one, or breaks a rule of headers.
pub(crate) fn split(clear: &KeyMaterial) -> Option<WorkingKey> {
    let (length, rest) = clear.expose().split_first_chunk::<LENGTH>()?;
    let (header, material) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
    let header = Header::parse_template(header).ok()?;
    header.validate().ok()?;
    WorkingKey::new(header, KeyMaterial::new(material)).ok()
}

/// The key with no more than `wanted` allows, which must be no more than it allows itself. Whose hash, version of key and
/// optional blocks are its own.
pub(crate) fn narrowed(key: WorkingKey, wanted: &Header) -> Result<WorkingKey, Error> {
    let (own, given) = (*key.attributes(), wanted.attributes());
    let hash = |header: &Header| header.hash().map_err(|error| Error::Key { tag: AK, error });
    if (own.usage, own.algorithm, hash(key.header())?) != (given.usage, given.algorithm, hash(wanted)?) {
        return Err(Error::NotNarrower { tag: AK, rule: "usage, algorithm and hash must be those of the key" });
    }
    if !given.mode.is_part_of(own.mode) || !given.exportability.is_part_of(own.exportability) {
        return Err(Error::NotNarrower { tag: AK, rule: "mode and exportability may be narrowed, not widened" });
    }
    let attributes = Attributes { mode: given.mode, exportability: given.exportability, ..own };
    let header = key.header().with_attributes(attributes);
    key.with_header(header).map_err(|error| Error::Key { tag: AK, error })
}

/// Whether an RSA key of this kind may carry the key. RSA is as strong as AES-128 with 3,072 bits; no more is asked for.
pub(crate) fn strong_enough(context: &Context<'_>, tag: Tag, kind: Kind, key: &WorkingKey) -> Result<(), Error> {
    let needed = key.attributes().algorithm.strength(key.material().len()).min(128);
    if kind.strength() >= needed || context.policy()?.weaker_wrapping {
        return Ok(());
    }
    Err(Error::Key { tag, error: key::Error::WeakerWrapping })
}

/// Bare keys carry no header, as cryptograms carry none, and are allowed where those are.
pub(crate) fn bare_allowed(context: &Context<'_>) -> Result<(), Error> {
    if context.policy()?.cryptograms {
        return Ok(());
    }
    Err(Error::Policy { tag: Tag::of("OF"), form: "cryptograms, and bare keys under RSA carry no header either" })
}
