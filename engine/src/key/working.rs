//! A key in clear with what is known of it.

use super::check_value::{CheckValue, check_value};
use super::derive::Kbpk;
use super::key_block::Header;
use super::{Attributes, Error, KeyMaterial, Usage};

/// A symmetric key in clear with its header, inside the engine only. Its length suits its algorithm.
///
/// Header before key, as [`crate::slot::Entry`] wants it.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct WorkingKey {
    header: Header,
    material: KeyMaterial,
}

impl WorkingKey {
    /// A key with its header.
    ///
    /// # Errors
    /// [`Error::AlgorithmUnsupported`] for private keys and for keyed hashes that are not served, [`Error::Length`].
    pub fn new(header: Header, material: KeyMaterial) -> Result<Self, Error> {
        use super::Algorithm::{Aes, Des, Dsa, Ec, Hmac, MlDsa, MlKem, Rsa, Tdes};
        let algorithm = header.attributes().algorithm;
        match algorithm {
            Aes | Des | Tdes => {}
            Hmac => {
                header.hash()?;
            }
            Rsa | Ec | Dsa | MlDsa | MlKem => return Err(Error::AlgorithmUnsupported),
        }
        if !algorithm.takes(material.len()) {
            return Err(Error::Length);
        }
        Ok(Self { header, material })
    }

    /// A key of the DES family that came as a cryptogram, taken for `usage`.
    ///
    /// # Errors
    /// [`Error::Length`]
    pub fn of_cryptogram(usage: Usage, material: KeyMaterial) -> Result<Self, Error> {
        Self::new(Header::of_cryptogram(usage, material.len()), material)
    }

    /// The same key with another header.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_header(self, header: Header) -> Result<Self, Error> {
        Self::new(header, self.material)
    }

    /// What is known of it.
    #[must_use]
    pub fn attributes(&self) -> &Attributes {
        self.header.attributes()
    }

    /// Its header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Its bytes.
    #[must_use]
    pub fn material(&self) -> &KeyMaterial {
        &self.material
    }

    /// Its check value.
    #[must_use]
    pub fn check_value(&self) -> CheckValue {
        // A hash that is not served was refused when the key was made.
        let hash = self.header.hash().unwrap_or_default();
        check_value(self.attributes().algorithm, hash, &self.material)
    }

    /// The context for wrapping other keys under this one.
    ///
    /// # Errors
    /// [`Error::KbpkLength`] for a key that cannot wrap.
    pub fn kbpk(&self) -> Result<Kbpk, Error> {
        Kbpk::new(&self.material, self.attributes().algorithm)
    }
}
