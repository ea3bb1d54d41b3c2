//! Key encapsulation by ML-KEM (FIPS 203).

use aws_lc_rs::kem::{Ciphertext, EncapsulationKey};

use super::private::Ready;
use super::{Error, Kind, PrivateKey, PublicKey, fixed};
use crate::key::KeyMaterial;

const NEEDS_ML_KEM: Error = Error::Kind("an ML-KEM key");

impl PublicKey {
    /// A new secret of 32 bytes, and what tells it to whoever has the private key. Draws from the library's own generator.
    ///
    /// # Errors
    /// [`Error::Kind`]
    pub fn encapsulate(&self) -> Result<(Vec<u8>, KeyMaterial), Error> {
        let Kind::MlKem(set) = self.kind() else { return Err(NEEDS_ML_KEM) };
        let (_, bytes) = fixed::public(self.spki()).ok_or(Error::Failed)?;
        let key = EncapsulationKey::new(set.algorithm(), bytes).map_err(|_| Error::Failed)?;
        let (encapsulated, secret) = key.encapsulate().map_err(|_| Error::Failed)?;
        Ok((encapsulated.as_ref().to_vec(), KeyMaterial::new(secret.as_ref())))
    }
}

impl PrivateKey {
    /// The secret that was encapsulated. What was made for another key, or changed, gives another secret and no error, so
    /// that nobody learns from the difference (FIPS 203 section 6.3, implicit rejection).
    ///
    /// # Errors
    /// [`Error::Kind`], [`Error::Length`]
    pub fn decapsulate(&self, encapsulated: &[u8]) -> Result<KeyMaterial, Error> {
        let (Ready::MlKem(key), Kind::MlKem(set)) = (&self.ready, self.kind()) else { return Err(NEEDS_ML_KEM) };
        if encapsulated.len() != set.ciphertext() {
            return Err(Error::Length("an encapsulated key has 768 bytes for ML-KEM-512, 1088 for 768, 1568 for 1024"));
        }
        let secret = key.decapsulate(Ciphertext::from(encapsulated)).map_err(|_| Error::Failed)?;
        Ok(KeyMaterial::new(secret.as_ref()))
    }
}
