//! The custodian's side of a ceremony's envelopes (`protocol::envelope`): what is sealed to the HSM, and what the HSM seals
//! to a card.

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use protocol::envelope::{Content, KEY, info};
use protocol::field::data::{CeremonyId, Envelope};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::random;

type Kem = X25519HkdfSha256;

/// Seals a component or a fragment to a ceremony's public key, which [`crate::Client::verify`] has found to be the HSM's.
///
/// # Errors
/// [`Error::Invalid`] for a key that is none, or a system without randomness.
pub fn seal(public: &[u8; KEY], ceremony: CeremonyId, content: Content, clear: &[u8]) -> Result<Envelope, Error> {
    let no_key = |_| Error::invalid("the ceremony's public key is none");
    let public = <Kem as hpke::Kem>::PublicKey::from_bytes(public).map_err(no_key)?;
    let info = info(&ceremony.0, content);
    let mut random = random::generator()?;
    let sealed = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, Kem>(
        &OpModeS::Base,
        &public,
        &info,
        clear,
        b"",
        &mut random,
    );
    let (encapsulated, sealed) = sealed.map_err(no_key)?;
    Ok(Envelope::new(&[encapsulated.to_bytes().as_slice(), &sealed].concat()))
}

/// A key pair for one fragment on its way from the HSM to a card. Its private key is wiped on drop.
pub struct CardKey {
    private: <Kem as hpke::Kem>::PrivateKey,
    public: [u8; KEY],
}

impl CardKey {
    /// A new pair.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a system without randomness.
    pub fn generate() -> Result<Self, Error> {
        let seed = random::bytes::<KEY>()?;
        let (private, public) = Kem::derive_keypair(seed.as_slice());
        Ok(Self { private, public: public.to_bytes().into() })
    }

    /// The public key, for `PK` of ZMCA.
    #[must_use]
    pub fn public(&self) -> &[u8; KEY] {
        &self.public
    }

    /// The fragment that the HSM sealed to this key.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it does not open.
    pub fn open(&self, ceremony: CeremonyId, envelope: &Envelope) -> Result<Zeroizing<Vec<u8>>, Error> {
        let closed =
            || Error::invalid("what the HSM sealed does not open; something between here and there changed it");
        let (encapsulated, sealed) = envelope.bytes().split_at_checked(KEY).ok_or_else(closed)?;
        let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| closed())?;
        let info = info(&ceremony.0, Content::Card);
        hpke::single_shot_open::<AesGcm256, HkdfSha256, Kem>(
            &OpModeR::Base,
            &self.private,
            &encapsulated,
            &info,
            sealed,
            b"",
        )
        .map(Zeroizing::new)
        .map_err(|_| closed())
    }
}

impl std::fmt::Debug for CardKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardKey")
    }
}
