//! The data of a series so far: hashed, or as it is.

use zeroize::Zeroizing;

use crate::hash::{Digest, Hash, Hasher};

/// Bytes that are kept where they are not hashed: more than any modulus has room for.
const UNHASHED: usize = 1024;

/// Data so far.
pub(crate) enum Gathered {
    Hashed(Hasher),
    Bare(Zeroizing<Vec<u8>>),
}

/// More data than can be signed without hashing it.
pub(crate) struct TooMuch;

/// What is signed in the end.
pub(crate) enum Signed {
    Digest(Digest),
    Bare(Zeroizing<Vec<u8>>),
}

impl Gathered {
    pub(crate) fn new(hash: Option<Hash>) -> Self {
        hash.map_or_else(|| Self::Bare(room()), |hash| Self::Hashed(Hasher::new(hash)))
    }

    pub(crate) fn add(&mut self, part: &[u8]) -> Result<(), TooMuch> {
        match self {
            Self::Hashed(hasher) => hasher.update(part),
            Self::Bare(bytes) if bytes.len() + part.len() > UNHASHED => return Err(TooMuch),
            Self::Bare(bytes) => bytes.extend_from_slice(part),
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Signed {
        match self {
            Self::Hashed(hasher) => Signed::Digest(hasher.finish()),
            Self::Bare(bytes) => Signed::Bare(bytes),
        }
    }
}

/// Of its final size at once: growing would leave copies behind.
fn room() -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Vec::with_capacity(UNHASHED))
}

impl Clone for Gathered {
    fn clone(&self) -> Self {
        match self {
            Self::Hashed(hasher) => Self::Hashed(hasher.clone()),
            Self::Bare(bytes) => {
                let mut copy = room();
                copy.extend_from_slice(bytes);
                Self::Bare(copy)
            }
        }
    }
}

impl Signed {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Digest(digest) => digest.as_bytes(),
            Self::Bare(bytes) => bytes,
        }
    }
}

impl std::fmt::Debug for Gathered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gathered")
    }
}
