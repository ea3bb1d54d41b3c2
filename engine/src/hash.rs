//! Hash functions.

use std::fmt;

use md5::Md5;
use protocol::field::code::HashCode;
use ripemd::Ripemd160;
use sha1::Sha1;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

/// A hash function: FIPS 180-4, and two older ones that payment clients still ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// MD5 (RFC 1321), 16 bytes.
    Md5,
    /// RIPEMD-160 (ISO/IEC 10118-3), 20 bytes.
    Ripemd160,
    /// SHA-1, 20 bytes.
    Sha1,
    /// SHA-224, 28 bytes.
    Sha224,
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

impl Hash {
    /// Bytes of a digest.
    #[must_use]
    pub const fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Ripemd160 | Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

impl From<HashCode> for Hash {
    fn from(code: HashCode) -> Self {
        match code {
            HashCode::Sha1 => Self::Sha1,
            HashCode::Md5 => Self::Md5,
            HashCode::Ripemd160 => Self::Ripemd160,
            HashCode::Sha256 => Self::Sha256,
            HashCode::Sha384 => Self::Sha384,
            HashCode::Sha512 => Self::Sha512,
        }
    }
}

/// A digest, 16 to 64 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    length: usize,
    bytes: [u8; 64],
}

impl Digest {
    fn new(made: &[u8]) -> Self {
        let mut bytes = [0; 64];
        bytes[..made.len()].copy_from_slice(made);
        Self { length: made.len(), bytes }
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// A digest in the making, of data that comes in parts.
#[derive(Clone)]
pub enum Hasher {
    /// Of [`Hash::Md5`].
    Md5(Md5),
    /// Of [`Hash::Ripemd160`].
    Ripemd160(Ripemd160),
    /// Of [`Hash::Sha1`].
    Sha1(Sha1),
    /// Of [`Hash::Sha224`].
    Sha224(Sha224),
    /// Of [`Hash::Sha256`].
    Sha256(Sha256),
    /// Of [`Hash::Sha384`].
    Sha384(Sha384),
    /// Of [`Hash::Sha512`].
    Sha512(Sha512),
}

macro_rules! with_hasher {
    ($hasher:expr, $inside:ident => $work:expr) => {
        match $hasher {
            Hasher::Md5($inside) => $work,
            Hasher::Ripemd160($inside) => $work,
            Hasher::Sha1($inside) => $work,
            Hasher::Sha224($inside) => $work,
            Hasher::Sha256($inside) => $work,
            Hasher::Sha384($inside) => $work,
            Hasher::Sha512($inside) => $work,
        }
    };
}

impl Hasher {
    /// Of no data yet.
    #[must_use]
    pub fn new(hash: Hash) -> Self {
        match hash {
            Hash::Md5 => Self::Md5(Md5::new()),
            Hash::Ripemd160 => Self::Ripemd160(Ripemd160::new()),
            Hash::Sha1 => Self::Sha1(Sha1::new()),
            Hash::Sha224 => Self::Sha224(Sha224::new()),
            Hash::Sha256 => Self::Sha256(Sha256::new()),
            Hash::Sha384 => Self::Sha384(Sha384::new()),
            Hash::Sha512 => Self::Sha512(Sha512::new()),
        }
    }

    /// Takes in the next part.
    pub fn update(&mut self, part: &[u8]) {
        with_hasher!(self, inside => sha2::Digest::update(inside, part));
    }

    /// The digest of all parts.
    #[must_use]
    pub fn finish(self) -> Digest {
        with_hasher!(self, inside => Digest::new(&sha2::Digest::finalize(inside)))
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher")
    }
}

/// The digest of `data`.
#[must_use]
pub fn digest(hash: Hash, data: &[u8]) -> Digest {
    match hash {
        Hash::Md5 => Digest::new(&Md5::digest(data)),
        Hash::Ripemd160 => Digest::new(&Ripemd160::digest(data)),
        Hash::Sha1 => Digest::new(&Sha1::digest(data)),
        Hash::Sha224 => Digest::new(&Sha224::digest(data)),
        Hash::Sha256 => Digest::new(&Sha256::digest(data)),
        Hash::Sha384 => Digest::new(&Sha384::digest(data)),
        Hash::Sha512 => Digest::new(&Sha512::digest(data)),
    }
}
