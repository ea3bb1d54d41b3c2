//! What RSAS and RSAV share: the terms of a signature, and data that comes in several frames.

use protocol::field::code::{Encoding, SignatureHash, SignaturePadding};
use protocol::field::data::{DataPart, Handle};
use protocol::field::pair::PairRef;
use protocol::tag::Tag;

use crate::context::Context;
use crate::continuation::{Gathered, Mark, Series, Signed};
use crate::error::Error;
use crate::hash::Hash;
use crate::public_key::{Kind, PublicKey, Scheme};

const CH: Tag = Tag::of("CH");
const KY: Tag = Tag::of("KY");
const RF: Tag = Tag::of("RF");
const RG: Tag = Tag::of("RG");
const ZA: Tag = Tag::of("ZA");

/// What the frames of one signature have in common.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) key: PublicKey,
    pub(crate) hash: Option<Hash>,
    pub(crate) scheme: Scheme,
    /// What the first frame said.
    pub(crate) form: Form,
    /// The key pair as the first frame named it, where a signature is made.
    pub(crate) pair: Option<PairRef>,
    /// What is verified; `None` where a signature is made.
    pub(crate) mark: Option<Mark>,
}

/// What a frame says of hash, encoding and padding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    pub(crate) hash: SignatureHash,
    pub(crate) encoding: Option<Encoding>,
    /// What is meant where the encoding is absent.
    pub(crate) usual: Encoding,
    pub(crate) padding: Option<SignaturePadding>,
}

/// The scheme of a key and a form.
pub(crate) fn scheme(form: Form, kind: Kind) -> Result<(Option<Hash>, Scheme), Error> {
    let hash = hash(form.hash);
    let scheme = match (kind, form.padding.unwrap_or(SignaturePadding::Pkcs1)) {
        (Kind::Ed25519 | Kind::MlDsa(_) | Kind::MlKem(_), _) => {
            let rule = "keys of Ed25519 and ML-DSA sign whole messages; ZSGM and ZSGV do that";
            return Err(Error::Conflict { tag: RG, rule });
        }
        (Kind::Ec(_), _) => {
            let given = [(KY, form.encoding.is_some()), (ZA, form.padding.is_some())];
            if let Some((tag, _)) = given.into_iter().find(|(_, is_given)| *is_given) {
                return Err(Error::Conflict { tag, rule: "is for RSA, and the key is one on a curve" });
            }
            Scheme::Ecdsa
        }
        (Kind::Rsa(_), SignaturePadding::Pss) => {
            let hash = hash.ok_or(Error::Conflict { tag: RG, rule: "PSS needs a hash function" })?;
            if matches!(hash, Hash::Md5 | Hash::Ripemd160) {
                return Err(Error::Conflict { tag: RG, rule: "PSS is served with SHA-1 and SHA-2" });
            }
            Scheme::Pss(hash)
        }
        (Kind::Rsa(_), SignaturePadding::Pkcs1) => match (hash, form.encoding.unwrap_or(form.usual)) {
            (None, _) if form.encoding == Some(Encoding::Ber) => {
                return Err(Error::Conflict { tag: KY, rule: "there is no hash whose name it could encode" });
            }
            (None, _) | (_, Encoding::Bare) => Scheme::Pkcs1(None),
            (Some(hash), Encoding::Ber) => Scheme::Pkcs1(Some(hash)),
        },
    };
    Ok((hash, scheme))
}

fn hash(code: SignatureHash) -> Option<Hash> {
    Some(match code {
        SignatureHash::None => return None,
        SignatureHash::Sha1 => Hash::Sha1,
        SignatureHash::Md5 => Hash::Md5,
        SignatureHash::Ripemd160 => Hash::Ripemd160,
        SignatureHash::Sha256 => Hash::Sha256,
        SignatureHash::Sha384 => Hash::Sha384,
        SignatureHash::Sha512 => Hash::Sha512,
    })
}

impl Form {
    /// Whether a later frame, where it repeats something, repeats what this one said.
    pub(crate) fn repeats(
        &self,
        hash: Option<SignatureHash>,
        encoding: Option<Encoding>,
        padding: Option<SignaturePadding>,
    ) -> Result<(), Error> {
        let padding_before = self.padding.unwrap_or(SignaturePadding::Pkcs1);
        let changed = [
            (RG, hash.is_some_and(|hash| hash != self.hash)),
            (KY, encoding.is_some_and(|encoding| encoding != self.encoding.unwrap_or(self.usual))),
            (ZA, padding.is_some_and(|padding| padding != padding_before)),
        ];
        match changed.into_iter().find(|(_, is_changed)| *is_changed) {
            Some((tag, _)) => Err(Error::Conflict { tag, rule: "is not what the first frame said" }),
            None => Ok(()),
        }
    }
}

/// What was begun under this handle. It stays there until a frame that is not refused has gone on with it.
pub(crate) fn begun(context: &mut Context<'_>, handle: Handle) -> Result<Series, Error> {
    let now = context.now();
    let found = context.session_mut().continuations().find(handle, now);
    // What one command has begun is nothing to another: terms that do not agree are refused by the caller.
    found.cloned().ok_or(Error::HandleUnknown { tag: CH })
}

/// Takes in a frame's data, and keeps all there is under a new handle in place of the one before.
pub(crate) fn keep(
    context: &mut Context<'_>,
    before: Option<Handle>,
    terms: Terms,
    mut data: Gathered,
    part: &DataPart,
) -> Result<Handle, Error> {
    add(&mut data, part)?;
    let now = context.now();
    Ok(context.continue_with(before, terms, data, now))
}

/// Takes in the last frame's data.
pub(crate) fn finish(mut data: Gathered, part: &DataPart) -> Result<Signed, Error> {
    add(&mut data, part)?;
    Ok(data.finish())
}

/// The series of this handle was answered.
pub(crate) fn end(context: &mut Context<'_>, handle: Option<Handle>) {
    if let Some(handle) = handle {
        context.session_mut().continuations().finish(handle);
    }
}

fn add(data: &mut Gathered, part: &DataPart) -> Result<(), Error> {
    let too_much = Error::Field { tag: RF, rule: "more data than can be signed without hashing it" };
    data.add(part.expose()).map_err(|_| too_much)
}
