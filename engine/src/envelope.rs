//! Envelopes of a ceremony: HPKE (RFC 9180) as [`protocol::envelope`] describes it.

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use protocol::envelope::{Content, KEY, info};
use protocol::secret::Inline;
use zeroize::Zeroizing;

use crate::random::{self, Generator};

type Kem = X25519HkdfSha256;

/// A ceremony's key pair; the private key is wiped on drop.
#[derive(Clone, Debug)]
pub(crate) struct KeyPair {
    private: Inline<KEY>,
    public: [u8; KEY],
}

/// What was sealed does not open: for another ceremony, of another content, or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DoesNotOpen;

impl KeyPair {
    pub(crate) fn generate(random: &mut Generator) -> Self {
        let mut seed = Zeroizing::new([0; KEY]);
        random::fill(random, seed.as_mut_slice());
        let (private, public) = Kem::derive_keypair(seed.as_slice());
        let private = Zeroizing::new(private.to_bytes());
        Self { private: Inline::new(&private), public: public.to_bytes().into() }
    }

    pub(crate) fn public(&self) -> &[u8; KEY] {
        &self.public
    }

    pub(crate) fn open(
        &self,
        ceremony: &[u8; 16],
        content: Content,
        envelope: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let (encapsulated, sealed) = envelope.split_at_checked(KEY).ok_or(DoesNotOpen)?;
        let private = <Kem as hpke::Kem>::PrivateKey::from_bytes(self.private.expose()).map_err(|_| DoesNotOpen)?;
        let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| DoesNotOpen)?;
        let info = info(ceremony, content);
        hpke::single_shot_open::<AesGcm256, HkdfSha256, Kem>(
            &OpModeR::Base,
            &private,
            &encapsulated,
            &info,
            sealed,
            b"",
        )
        .map(Zeroizing::new)
        .map_err(|_| DoesNotOpen)
    }
}

/// Seals to somebody's public key; `None` where that is no key.
pub(crate) fn seal(
    public: &[u8; KEY],
    ceremony: &[u8; 16],
    content: Content,
    clear: &[u8],
    random: &mut Generator,
) -> Option<Vec<u8>> {
    let public = <Kem as hpke::Kem>::PublicKey::from_bytes(public).ok()?;
    let info = info(ceremony, content);
    let sealed = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, Kem>(
        &OpModeS::Base,
        &public,
        &info,
        clear,
        b"",
        random.as_rng(),
    );
    let (encapsulated, sealed) = sealed.ok()?;
    Some([encapsulated.to_bytes().as_slice(), &sealed].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_unchanged_in_its_ceremony_as_what_it_is() {
        let mut random = Generator::from_seed([3; 32]);
        let pair = KeyPair::generate(&mut random);
        let sealed = seal(pair.public(), &[1; 16], Content::Component, b"secret", &mut random).expect("seals");
        assert_eq!(sealed.len(), b"secret".len() + protocol::envelope::OVERHEAD);
        let opened = pair.open(&[1; 16], Content::Component, &sealed);
        assert_eq!(opened.map(|clear| clear.to_vec()), Ok(b"secret".to_vec()));
        assert_eq!(pair.open(&[2; 16], Content::Component, &sealed), Err(DoesNotOpen));
        assert_eq!(pair.open(&[1; 16], Content::Fragment, &sealed), Err(DoesNotOpen));
        let other = KeyPair::generate(&mut random);
        assert_eq!(other.open(&[1; 16], Content::Component, &sealed), Err(DoesNotOpen));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(pair.open(&[1; 16], Content::Component, &changed), Err(DoesNotOpen), "byte {place}");
            assert_eq!(pair.open(&[1; 16], Content::Component, &sealed[..place]), Err(DoesNotOpen));
        }
        // A point of small order has no secret to share.
        assert_eq!(seal(&[0; 32], &[1; 16], Content::Card, b"secret", &mut random), None);
    }
}
