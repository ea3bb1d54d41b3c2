//! Signature algorithms of certificates, requests and tokens.

use crate::der::{self, Reader, tag};
use crate::hash::Hash;

/// How something was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
    Rsa(Hash),
    /// ECDSA, the signature a SEQUENCE of r and s (RFC 5758 section 3.2).
    Ecdsa(Hash),
}

/// 1.2.840.113549.1.1 (PKCS #1).
macro_rules! pkcs1 {
    ($last:literal) => {
        &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, $last]
    };
}

/// 1.2.840.10045.4.3 (ANSI X9.62, ECDSA with SHA-2).
macro_rules! ecdsa {
    ($last:literal) => {
        &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, $last]
    };
}

/// Object identifiers that stand by themselves, as content bytes.
pub(crate) mod oid {
    /// rsaEncryption.
    pub(crate) const RSA: &[u8] = pkcs1!(1);
    /// id-RSAES-OAEP.
    pub(crate) const OAEP: &[u8] = pkcs1!(7);
    /// id-mgf1.
    pub(crate) const MGF1: &[u8] = pkcs1!(8);
    /// id-sha256.
    pub(crate) const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
}

const ALL: [(SignatureAlgorithm, &[u8]); 8] = [
    (SignatureAlgorithm::Rsa(Hash::Sha1), pkcs1!(5)),
    (SignatureAlgorithm::Rsa(Hash::Sha256), pkcs1!(11)),
    (SignatureAlgorithm::Rsa(Hash::Sha384), pkcs1!(12)),
    (SignatureAlgorithm::Rsa(Hash::Sha512), pkcs1!(13)),
    (SignatureAlgorithm::Ecdsa(Hash::Sha1), &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 1]),
    (SignatureAlgorithm::Ecdsa(Hash::Sha256), ecdsa!(2)),
    (SignatureAlgorithm::Ecdsa(Hash::Sha384), ecdsa!(3)),
    (SignatureAlgorithm::Ecdsa(Hash::Sha512), ecdsa!(4)),
];

impl SignatureAlgorithm {
    /// Reads an AlgorithmIdentifier; `None` for what is not served. The parameters of RSA are NULL or left out, those
    /// of ECDSA left out.
    pub(crate) fn parse(identifier: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(der::only(tag::SEQUENCE, identifier)?);
        let oid = reader.take(tag::OID)?;
        let (found, _) = ALL.into_iter().find(|(_, known)| *known == oid)?;
        if matches!(found, Self::Rsa(_)) && reader.optional(tag::NULL)?.is_some_and(|null| !null.is_empty()) {
            return None;
        }
        reader.end()?;
        Some(found)
    }

    /// The AlgorithmIdentifier; `None` for a hash that is not served in signatures of certificates.
    pub(crate) fn identifier(self) -> Option<Vec<u8>> {
        let (_, oid) = ALL.into_iter().find(|(known, _)| *known == self)?;
        let oid = der::oid(oid);
        Some(match self {
            Self::Rsa(_) => der::sequence(&[&oid, der::NULL]),
            Self::Ecdsa(_) => der::sequence(&[&oid]),
        })
    }

    /// Its hash.
    #[must_use]
    pub fn hash(self) -> Hash {
        match self {
            Self::Rsa(hash) | Self::Ecdsa(hash) => hash,
        }
    }

    pub(crate) fn is_sha1(self) -> bool {
        self.hash() == Hash::Sha1
    }

    /// The algorithm of a key, told by its SubjectPublicKeyInfo, with this hash.
    pub(crate) fn of_key(spki: &[u8], hash: Hash) -> Option<Self> {
        /// id-ecPublicKey.
        const EC: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1];
        let mut reader = Reader::new(der::only(tag::SEQUENCE, spki)?);
        match reader.sequence()?.take(tag::OID)? {
            oid::RSA => Some(Self::Rsa(hash)),
            EC => Some(Self::Ecdsa(hash)),
            _ => None,
        }
    }
}
