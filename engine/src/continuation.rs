//! Data that comes in several frames of one connection (wire.md B.2.5).

use protocol::field::data::Handle;
use zeroize::Zeroizing;

use crate::hash::{Digest, Hash, Hasher};
use crate::hsm::Timestamp;
use crate::random::{self, Generator};
use crate::signing::Terms;

/// Seconds until data is no longer awaited.
const SECONDS: u64 = 60;
/// Of one connection at most; the oldest gives way.
const MOST: usize = 4;
/// Bytes that are kept where they are not hashed: more than any modulus has room for.
const UNHASHED: usize = 1024;

/// What a connection has been given a part of.
#[derive(Debug, Default)]
pub(crate) struct Continuations(Vec<Continuation>);

/// What there is so far.
#[derive(Debug)]
pub(crate) struct Continuation {
    handle: Handle,
    expires: Timestamp,
    /// What the first frame said.
    pub(crate) terms: Terms,
    pub(crate) data: Gathered,
}

/// Data so far: hashed, or as it is.
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
        // Of its final size at once: growing would leave copies behind.
        hash.map_or_else(
            || Self::Bare(Zeroizing::new(Vec::with_capacity(UNHASHED))),
            |hash| Self::Hashed(Hasher::new(hash)),
        )
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

impl Signed {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Digest(digest) => digest.as_bytes(),
            Self::Bare(bytes) => bytes,
        }
    }
}

impl Continuations {
    /// Keeps what there is under a new handle.
    pub(crate) fn put(&mut self, terms: Terms, data: Gathered, now: Timestamp, random: &mut Generator) -> Handle {
        let mut handle = Handle([0; 8]);
        random::fill(random, &mut handle.0);
        self.sweep(now);
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(Continuation { handle, expires: Timestamp(now.0 + SECONDS), terms, data });
        handle
    }

    /// What is awaited under a handle, which is good once.
    pub(crate) fn take(&mut self, handle: Handle, now: Timestamp) -> Option<Continuation> {
        self.sweep(now);
        let index = self.0.iter().position(|it| it.handle == handle)?;
        Some(self.0.remove(index))
    }

    /// What was begun in the same terms.
    pub(crate) fn take_same(&mut self, terms: &Terms, now: Timestamp) -> Option<Continuation> {
        self.sweep(now);
        let index = self.0.iter().position(|it| it.terms == *terms)?;
        Some(self.0.remove(index))
    }

    fn sweep(&mut self, now: Timestamp) {
        self.0.retain(|it| now < it.expires);
    }
}

impl std::fmt::Debug for Gathered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gathered")
    }
}
