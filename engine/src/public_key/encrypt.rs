//! RSA encryption (RFC 8017 section 7): of keys and of other short secrets.

use aws_lc_rs::rsa::{
    self, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512, OaepAlgorithm,
    OaepPublicEncryptingKey, Pkcs1PrivateDecryptingKey, Pkcs1PublicEncryptingKey,
};
use zeroize::Zeroizing;

use super::{Error, PrivateKey, PublicKey};
use crate::hash::Hash;
use crate::key::KeyMaterial;

/// How RSA pads what it encrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// RSAES-OAEP, MGF1 with the same hash and an empty label. SHA-1, SHA-256, SHA-384 and SHA-512.
    Oaep(Hash),
    /// The same with a label: what was encrypted with another label, or with none, does not decrypt.
    Labelled(Hash, &'static [u8]),
    /// RSAES-PKCS1-v1_5. Whoever sees whether it decrypts can decrypt in the end (Bleichenbacher 1998): behind a policy.
    Pkcs1,
}

impl Padding {
    const fn label(self) -> Option<&'static [u8]> {
        match self {
            Self::Labelled(_, label) => Some(label),
            Self::Oaep(_) | Self::Pkcs1 => None,
        }
    }
}

impl PublicKey {
    /// Encrypts up to as many bytes as modulus and padding leave room for. Draws from the library's own generator.
    ///
    /// # Errors
    /// [`Error::Kind`], [`Error::Length`], [`Error::Hash`]
    pub fn encrypt(&self, padding: Padding, clear: &[u8]) -> Result<Vec<u8>, Error> {
        let length = self.modulus_length().ok_or(Error::Kind("an RSA key"))?;
        let key = rsa::PublicEncryptingKey::from_der(self.spki()).map_err(|_| Error::Failed)?;
        let mut out = vec![0; length];
        let too_long = Error::Length("more bytes than the modulus has room for");
        match padding {
            Padding::Oaep(hash) | Padding::Labelled(hash, _) => {
                let algorithm = oaep(hash)?;
                let key = OaepPublicEncryptingKey::new(key).map_err(|_| Error::Failed)?;
                if clear.len() > key.max_plaintext_size(algorithm) {
                    return Err(too_long);
                }
                key.encrypt(algorithm, clear, &mut out, padding.label()).map_err(|_| Error::Failed)?;
            }
            Padding::Pkcs1 => {
                let key = Pkcs1PublicEncryptingKey::new(key).map_err(|_| Error::Failed)?;
                if clear.len() > key.max_plaintext_size() {
                    return Err(too_long);
                }
                key.encrypt(clear, &mut out).map_err(|_| Error::Failed)?;
            }
        }
        Ok(out)
    }
}

impl PrivateKey {
    /// Decrypts.
    ///
    /// # Errors
    /// [`Error::Kind`], [`Error::Hash`]; [`Error::DoesNotDecrypt`] for whatever is wrong with what is to be decrypted.
    pub fn decrypt(&self, padding: Padding, encrypted: &[u8]) -> Result<KeyMaterial, Error> {
        let length = self.public().modulus_length().ok_or(Error::Kind("an RSA key"))?;
        if encrypted.len() != length {
            return Err(Error::DoesNotDecrypt);
        }
        let key = self.decrypting()?;
        let mut out = Zeroizing::new(vec![0; length]);
        let clear = match padding {
            Padding::Oaep(hash) | Padding::Labelled(hash, _) => {
                key.decrypt(oaep(hash)?, encrypted, &mut out, padding.label())
            }
            Padding::Pkcs1 => {
                let key = rsa::PrivateDecryptingKey::from_pkcs8(self.expose().expose()).map_err(|_| Error::Failed)?;
                let key = Pkcs1PrivateDecryptingKey::new(key).map_err(|_| Error::Failed)?;
                key.decrypt(encrypted, &mut out)
            }
        };
        clear.map(|clear| KeyMaterial::new(clear)).map_err(|_| Error::DoesNotDecrypt)
    }
}

fn oaep(hash: Hash) -> Result<&'static OaepAlgorithm, Error> {
    match hash {
        Hash::Sha1 => Ok(&OAEP_SHA1_MGF1SHA1),
        Hash::Sha256 => Ok(&OAEP_SHA256_MGF1SHA256),
        Hash::Sha384 => Ok(&OAEP_SHA384_MGF1SHA384),
        Hash::Sha512 => Ok(&OAEP_SHA512_MGF1SHA512),
        Hash::Sha224 | Hash::Md5 | Hash::Ripemd160 => {
            Err(Error::Hash("OAEP is served with SHA-1, SHA-256, SHA-384 and SHA-512"))
        }
    }
}
