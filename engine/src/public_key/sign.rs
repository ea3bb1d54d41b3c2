//! Signatures over digests, and over messages where the scheme hashes by itself.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{self, RsaParameters, RsaSignatureEncoding, UnparsedPublicKey};

use super::private::Ready;
use super::{Error, Kind, PrivateKey, PublicKey, rsa_forms};
use crate::hash::Hash;
use crate::random::Generator;

/// How a digest becomes a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2). With a hash, its DigestInfo is signed; without, the bytes as they are.
    Pkcs1(Option<Hash>),
    /// RSASSA-PSS (RFC 8017 section 8.1), MGF1 with the same hash and a salt as long as the digest.
    Pss(Hash),
    /// ECDSA (FIPS 186-5 section 6.4); a signature is the DER of its two numbers (RFC 3279).
    Ecdsa,
    /// What is signed is the message and no digest of it: Ed25519 (RFC 8032 section 5.1) and ML-DSA with an empty context
    /// (FIPS 204 section 5.2).
    Message,
}

const NEEDS_RSA: Error = Error::Kind("an RSA key");
const NEEDS_EC: Error = Error::Kind("a key on P-256, P-384 or P-521");
const NEEDS_MESSAGE: Error = Error::Kind("an Ed25519 or ML-DSA key");
const SIGNS_NOTHING: Error = Error::Kind("a key that signs, and ML-KEM keys encapsulate");
const NO_DIGEST: Error = Error::Length("ECDSA signs a digest, which has 16, 20, 28, 32, 48 or 64 bytes");
const WRONG_LENGTH: Error = Error::Length("the digest does not have the length of its hash");

impl PrivateKey {
    /// The signature over a digest, or over a message where the scheme says so. Randomness is for blinding and salts, where the library does not draw them itself.
    ///
    /// # Errors
    /// [`Error::Kind`], [`Error::Length`], [`Error::Hash`]
    pub fn sign(&self, scheme: Scheme, digest: &[u8], random: &mut Generator) -> Result<Vec<u8>, Error> {
        match (&self.ready, scheme) {
            (Ready::Rsa(pair), Scheme::Pkcs1(hash)) => {
                let encoded = encoded(hash, digest, self.public())?;
                let Some((digest, encoding, _)) = hash.and_then(|hash| pkcs1(hash, digest)) else {
                    return rsa_forms::sign_pkcs1(self, &encoded, random);
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign_digest(encoding, &digest, &mut signature).map_err(|_| Error::Failed)?;
                Ok(signature)
            }
            (Ready::Rsa(pair), Scheme::Pss(hash)) => {
                check_length(hash, digest)?;
                let Some((digest, encoding, _)) = pss(hash, digest) else {
                    return rsa_forms::sign_pss(self, hash, digest, random);
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign_digest(encoding, &digest, &mut signature).map_err(|_| Error::Failed)?;
                Ok(signature)
            }
            (Ready::Ec(curve, pair), Scheme::Ecdsa) => {
                let digest = curve.digest(digest).ok_or(NO_DIGEST)?;
                pair.sign_digest(&digest).map(|signature| signature.as_ref().to_vec()).map_err(|_| Error::Failed)
            }
            (Ready::Ed25519(pair), Scheme::Message) => {
                pair.try_sign(digest).map(|signature| signature.as_ref().to_vec()).map_err(|_| Error::Failed)
            }
            (Ready::MlDsa(pair), Scheme::Message) => {
                let mut signature = vec![0; pair.algorithm().signature_len()];
                pair.sign(digest, &mut signature).map_err(|_| Error::Failed)?;
                Ok(signature)
            }
            (Ready::MlKem(_), _) => Err(SIGNS_NOTHING),
            (Ready::Rsa(_) | Ready::Ed25519(_) | Ready::MlDsa(_), Scheme::Ecdsa) => Err(NEEDS_EC),
            (Ready::Ec(..) | Ready::Ed25519(_) | Ready::MlDsa(_), Scheme::Pkcs1(_) | Scheme::Pss(_)) => Err(NEEDS_RSA),
            (Ready::Rsa(_) | Ready::Ec(..), Scheme::Message) => Err(NEEDS_MESSAGE),
        }
    }
}

impl PublicKey {
    /// Whether `signature` is one over this digest, or over this message where the scheme says so.
    ///
    /// # Errors
    /// [`Error::Kind`], [`Error::Length`], [`Error::Hash`]; a signature that is none is no error.
    pub fn verify(&self, scheme: Scheme, digest: &[u8], signature: &[u8]) -> Result<bool, Error> {
        match (self.kind(), scheme) {
            (Kind::Rsa(_), Scheme::Pkcs1(hash)) => {
                let encoded = encoded(hash, digest, self)?;
                match hash.and_then(|hash| pkcs1(hash, digest)) {
                    Some((digest, _, parameters)) => Ok(self.verifies(parameters, &digest, signature)),
                    None => rsa_forms::verify_pkcs1(self, &encoded, signature),
                }
            }
            (Kind::Rsa(_), Scheme::Pss(hash)) => {
                check_length(hash, digest)?;
                match pss(hash, digest) {
                    Some((digest, _, parameters)) => Ok(self.verifies(parameters, &digest, signature)),
                    None => rsa_forms::verify_pss(self, hash, digest, signature),
                }
            }
            (Kind::Ec(curve), Scheme::Ecdsa) => {
                let digest = curve.digest(digest).ok_or(NO_DIGEST)?;
                Ok(self.verifies(curve.verification(), &digest, signature))
            }
            (Kind::Ed25519, Scheme::Message) => {
                Ok(UnparsedPublicKey::new(&signature::ED25519, self.spki()).verify(digest, signature).is_ok())
            }
            (Kind::MlDsa(set), Scheme::Message) => {
                Ok(UnparsedPublicKey::new(set.verification(), self.spki()).verify(digest, signature).is_ok())
            }
            (Kind::MlKem(_), _) => Err(SIGNS_NOTHING),
            (Kind::Rsa(_) | Kind::Ed25519 | Kind::MlDsa(_), Scheme::Ecdsa) => Err(NEEDS_EC),
            (Kind::Ec(_) | Kind::Ed25519 | Kind::MlDsa(_), Scheme::Pkcs1(_) | Scheme::Pss(_)) => Err(NEEDS_RSA),
            (Kind::Rsa(_) | Kind::Ec(_), Scheme::Message) => Err(NEEDS_MESSAGE),
        }
    }

    fn verifies(
        &self,
        algorithm: &'static dyn signature::VerificationAlgorithm,
        digest: &Digest,
        signature: &[u8],
    ) -> bool {
        UnparsedPublicKey::new(algorithm, self.spki()).verify_digest(digest, signature).is_ok()
    }
}

type Forms = (Digest, &'static RsaSignatureEncoding, &'static RsaParameters);

/// PKCS #1 v1.5 with this hash, `None` where the library does not have it.
fn pkcs1(hash: Hash, given: &[u8]) -> Option<Forms> {
    let (algorithm, encoding, parameters) = match hash {
        Hash::Sha256 => (&digest::SHA256, &signature::RSA_PKCS1_SHA256, &signature::RSA_PKCS1_2048_8192_SHA256),
        Hash::Sha384 => (&digest::SHA384, &signature::RSA_PKCS1_SHA384, &signature::RSA_PKCS1_2048_8192_SHA384),
        Hash::Sha512 => (&digest::SHA512, &signature::RSA_PKCS1_SHA512, &signature::RSA_PKCS1_2048_8192_SHA512),
        Hash::Sha1 | Hash::Sha224 | Hash::Md5 | Hash::Ripemd160 => return None,
    };
    Some((Digest::import_less_safe(given, algorithm).ok()?, encoding, parameters))
}

/// As [`pkcs1`], for PSS.
fn pss(hash: Hash, given: &[u8]) -> Option<Forms> {
    let (algorithm, encoding, parameters) = match hash {
        Hash::Sha256 => (&digest::SHA256, &signature::RSA_PSS_SHA256, &signature::RSA_PSS_2048_8192_SHA256),
        Hash::Sha384 => (&digest::SHA384, &signature::RSA_PSS_SHA384, &signature::RSA_PSS_2048_8192_SHA384),
        Hash::Sha512 => (&digest::SHA512, &signature::RSA_PSS_SHA512, &signature::RSA_PSS_2048_8192_SHA512),
        Hash::Sha1 | Hash::Sha224 | Hash::Md5 | Hash::Ripemd160 => return None,
    };
    Some((Digest::import_less_safe(given, algorithm).ok()?, encoding, parameters))
}

fn check_length(hash: Hash, digest: &[u8]) -> Result<(), Error> {
    if digest.len() == hash.length() { Ok(()) } else { Err(WRONG_LENGTH) }
}

/// What PKCS #1 v1.5 pads: the DigestInfo (RFC 8017 section 9.2), or the bytes as they are.
fn encoded(hash: Option<Hash>, digest: &[u8], key: &PublicKey) -> Result<Vec<u8>, Error> {
    let encoded = match hash {
        Some(hash) => {
            check_length(hash, digest)?;
            [digest_info(hash), digest].concat()
        }
        None => digest.to_vec(),
    };
    // 00 01 FF.. 00, at least eight of FF.
    let room = key.modulus_length().unwrap_or_default().saturating_sub(11);
    if encoded.len() > room {
        return Err(Error::Length("more bytes than the modulus has room for"));
    }
    Ok(encoded)
}

/// What stands before a digest in its DigestInfo (RFC 8017 section 9.2 note 1; RIPEMD-160 by its object identifier
/// 1.3.36.3.2.1).
const fn digest_info(hash: Hash) -> &'static [u8] {
    match hash {
        Hash::Md5 => b"\x30\x20\x30\x0C\x06\x08\x2A\x86\x48\x86\xF7\x0D\x02\x05\x05\x00\x04\x10",
        Hash::Ripemd160 => b"\x30\x21\x30\x09\x06\x05\x2B\x24\x03\x02\x01\x05\x00\x04\x14",
        Hash::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2B\x0E\x03\x02\x1A\x05\x00\x04\x14",
        Hash::Sha224 => b"\x30\x2D\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00\x04\x1C",
        Hash::Sha256 => b"\x30\x31\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
        Hash::Sha384 => b"\x30\x41\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
        Hash::Sha512 => b"\x30\x51\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
    }
}
