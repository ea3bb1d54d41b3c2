//! Key agreement: ECDH with cofactor 1 (SP 800-56A revision 3 section 5.7.1.2).

use aws_lc_rs::agreement::{self, UnparsedPublicKey};
use aws_lc_rs::encoding::AsBigEndian as _;

use super::private::Ready;
use super::{Error, PrivateKey, PublicKey};
use crate::key::KeyMaterial;

impl PrivateKey {
    /// The x-coordinate of the shared point, as long as the curve's field: 32, 48 or 66 bytes. The other's point was
    /// found to be on its curve when it was read; one on another curve is refused here.
    ///
    /// # Errors
    /// [`Error::Kind`]
    pub fn agree(&self, other: &PublicKey) -> Result<KeyMaterial, Error> {
        let Ready::Ec(curve, pair) = &self.ready else { return Err(Error::Kind("a key on a curve")) };
        let point = other.point().filter(|_| other.kind() == self.kind());
        let point = point.ok_or(Error::Kind("two keys on the same curve"))?;
        let scalar = pair.private_key().as_be_bytes().map_err(|_| Error::Failed)?;
        let own = agreement::PrivateKey::from_private_key(curve.agreement(), scalar.as_ref());
        let own = own.map_err(|_| Error::Failed)?;
        let other = UnparsedPublicKey::new(curve.agreement(), point);
        agreement::agree(&own, other, Error::Failed, |shared| Ok(KeyMaterial::new(shared)))
    }
}
