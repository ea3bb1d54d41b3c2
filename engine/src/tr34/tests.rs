//! Published tokens: read, opened, made again, and broken in every way.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey,
    PublicEncryptingKey,
};
use aws_lc_rs::signature::{self, RsaKeyPair, UnparsedPublicKey};
use fixtures::vectors::{Vector, Vectors};
use proptest::prelude::*;

use super::*;
use crate::certificate::{Certificate, SignatureAlgorithm};
use crate::hash::Hash;
use crate::key::KeyMaterial;
use crate::random::Generator;

/// 2026-08-20, when every certificate of the vectors is valid.
const NOW: Timestamp = Timestamp(1_787_184_000);

struct Party {
    key: Vec<u8>,
    certificate: Vec<u8>,
}

impl Party {
    fn new(name: &str) -> Self {
        let vectors = Vectors::read("tr34");
        let find = |list: &str| vectors.at(list).bytes(name);
        Self { key: find("keys_pkcs8_der"), certificate: find("certs_der") }
    }

    fn certificate(&self) -> Certificate<'_> {
        Certificate::parse(&self.certificate).expect("a certificate")
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
        assert_eq!(algorithm, SignatureAlgorithm::Rsa(Hash::Sha256));
        let key = RsaKeyPair::from_pkcs8(&self.key).ok()?;
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }

    fn decipher(&self, ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let key = OaepPrivateDecryptingKey::new(PrivateDecryptingKey::from_pkcs8(&self.key).ok()?).ok()?;
        let mut clear = vec![0; key.min_output_size()];
        let clear = key.decrypt(&OAEP_SHA256_MGF1SHA256, ciphertext, &mut clear, None).ok()?;
        Some(Zeroizing::new(clear.to_vec()))
    }
}

fn encipher(spki: &[u8], clear: &[u8]) -> Option<Vec<u8>> {
    let key = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(spki).ok()?).ok()?;
    let mut ciphertext = vec![0; key.ciphertext_size()];
    let ciphertext = key.encrypt(&OAEP_SHA256_MGF1SHA256, clear, &mut ciphertext, None).ok()?;
    Some(ciphertext.to_vec())
}

fn verify(spki: &[u8], algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> bool {
    algorithm == SignatureAlgorithm::Rsa(Hash::Sha256)
        && UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, spki).verify(message, signature).is_ok()
}

fn tokens(vectors: &Vectors) -> Vec<Vector<'_>> {
    vectors.list("tokens").filter(|token| token.text("token").starts_with("KTKDH")).collect()
}

fn open(token: &[u8], parties: (&Party, &Party), freshness: Freshness<'_>) -> Result<([u8; 16], KeyMaterial), Error> {
    let (sender, receiver) = (parties.0.certificate(), parties.1.certificate());
    let expected = Receiver { receiver: &receiver, sender: &sender, freshness };
    Token::parse(token)?.open(&expected, &verify, &|ciphertext| parties.1.decipher(ciphertext))
}

#[test]
fn published_tokens_open_to_their_keys() {
    let vectors = Vectors::read("tr34");
    let (kdh, krd) = (Party::new("kdh1"), Party::new("krd1"));
    let mut dialects = Vec::new();
    for vector in tokens(&vectors) {
        let token = vector.bytes("der");
        let nonce = vector.find("nonce").map(|_| vector.bytes("nonce"));
        let freshness = nonce.as_deref().map_or(Freshness::Time(Timestamp(0)), Freshness::Nonce);
        let name = vector.text("token");
        let (header, key) = open(&token, (&kdh, &krd), freshness).expect(name);
        assert_eq!(key.expose(), vector.bytes("key"));
        assert_eq!(header, vector.text("header").as_bytes());
        dialects.push(Token::parse(&token).expect("a token").dialect());
    }
    assert_eq!(dialects.iter().filter(|dialect| **dialect == Dialect::X9_2019).count(), 5);
    assert_eq!(dialects.iter().filter(|dialect| **dialect == Dialect::X9_2012).count(), 1);
}

#[test]
fn credentials_and_nonces_are_read_and_made_again_to_the_letter() {
    let vectors = Vectors::read("tr34");
    for vector in vectors.list("tokens") {
        let token = vector.bytes("der");
        match vector.text("token") {
            "CTKRD" => {
                let read = Credential::parse(&token).expect("CTKRD");
                assert_eq!(read.certificates[0].der(), Party::new("krd1").certificate);
                assert_eq!(Credential::write(&read.certificates, None), token);
            }
            "CTKDH" => {
                let read = Credential::parse(&token).expect("CTKDH");
                let (kdh, ca) = (Party::new("kdh1"), Party::new("ca_kdh"));
                assert_eq!(read.certificates[0].der(), kdh.certificate);
                assert_eq!(Credential::write(&read.certificates, read.crl), token);
                let crl = Crl::parse(read.crl.expect("a CRL")).expect("a CRL");
                assert_eq!(crl.clears(&kdh.certificate(), ca.certificate().spki(), NOW, false, &verify), Ok(()));
                let other = Party::new("ca_krd");
                let spki = other.certificate().spki().to_vec();
                assert_eq!(crl.clears(&kdh.certificate(), &spki, NOW, false, &verify), Err(Error::Refused));
                let late = Timestamp(4_000_000_000);
                assert!(matches!(crl.clears(&kdh.certificate(), &spki, late, false, &verify), Err(Error::Crl(_))));
                let krd = Party::new("krd1");
                assert!(matches!(crl.clears(&krd.certificate(), &spki, NOW, false, &verify), Err(Error::Crl(_))));
            }
            "RTKRD" => {
                let nonce = parse_nonce_token(&token).expect("RTKRD");
                assert_eq!(nonce, vector.bytes("nonce"));
                assert_eq!(nonce_token(nonce), Ok(token));
            }
            _ => {}
        }
    }
    assert!(nonce_token(&[0; 7]).is_err() && nonce_token(&[0; 17]).is_err());
}

#[test]
fn tokens_of_both_dialects_open_at_their_receiver_and_nowhere_else() {
    let (kdh, krd) = (Party::new("kdh1"), Party::new("krd1"));
    let (sender, receiver) = (kdh.certificate(), krd.certificate());
    let key = KeyMaterial::new(&[0x5A; 24]);
    let header = *b"D0000K0TB00E0000";
    for dialect in [Dialect::X9_2019, Dialect::X9_2012] {
        for cipher in [ContentCipher::Tdes, ContentCipher::Aes128] {
            for freshness in [Freshness::Nonce(&[7; 8]), Freshness::Nonce(&[9; 16]), Freshness::Time(NOW)] {
                let made = Sender { dialect, sender: &sender, receiver: &receiver, freshness, crl: None, cipher };
                let mut random = Generator::from_seed([1; 32]);
                let token = made.seal(
                    &header,
                    &key,
                    &mut |clear| encipher(receiver.spki(), clear),
                    &mut |algorithm, message| kdh.sign(algorithm, message),
                    &mut random,
                );
                let token = token.expect("a token");
                let last = match freshness {
                    Freshness::Nonce(_) => freshness,
                    Freshness::Time(_) => Freshness::Time(Timestamp(NOW.0 - 1)),
                };
                assert_eq!(open(&token, (&kdh, &krd), last), Ok((header, key.clone())));
                assert_eq!(Token::parse(&token).expect("a token").dialect(), dialect);
                assert_eq!(open(&token, (&kdh, &kdh), last), Err(Error::OtherReceiver));
                assert_eq!(open(&token, (&krd, &krd), last), Err(Error::OtherSender));
                // The right names, and another's private key.
                let thief = Party { key: kdh.key.clone(), certificate: krd.certificate.clone() };
                assert_eq!(open(&token, (&kdh, &thief), last), Err(Error::Refused));
                let refused = match freshness {
                    Freshness::Nonce(_) => (Freshness::Nonce(&[8; 8]), Error::Nonce),
                    Freshness::Time(_) => (freshness, Error::Stale),
                };
                assert_eq!(open(&token, (&kdh, &krd), refused.0), Err(refused.1));
                let other_pass = match freshness {
                    Freshness::Nonce(_) => Freshness::Time(NOW),
                    Freshness::Time(_) => Freshness::Nonce(&[7; 8]),
                };
                assert!(matches!(open(&token, (&kdh, &krd), other_pass), Err(Error::Pass(_))));
            }
        }
    }
}

/// Every bit of a token is looked at: no changed token opens, and what is found with a key is one error.
#[test]
fn no_changed_token_opens() {
    let vectors = Vectors::read("tr34");
    let (kdh, krd) = (Party::new("kdh1"), Party::new("krd1"));
    for vector in tokens(&vectors) {
        let token = vector.bytes("der");
        let nonce = vector.find("nonce").map(|_| vector.bytes("nonce"));
        let freshness = nonce.as_deref().map_or(Freshness::Time(Timestamp(0)), Freshness::Nonce);
        let unsigned = unsigned_bytes(&token);
        for index in (0..token.len()).step_by(3) {
            let mut changed = token.clone();
            changed[index] ^= 1 << (index % 8);
            let result = open(&changed, (&kdh, &krd), freshness);
            assert!(result.is_err() || unsigned.contains(&index), "byte {index} of {}", vector.text("token"));
        }
    }
}

/// What of a token no signature covers: versions, names of algorithms, and the CRL, which has a signature of its own.
fn unsigned_bytes(token: &[u8]) -> Vec<usize> {
    let read = Token::parse(token).expect("a token");
    let place = |part: &[u8]| {
        let start = part.as_ptr() as usize - token.as_ptr() as usize;
        start..start + part.len()
    };
    let signed = [place(read.content), place(read.attributes.received), place(read.signature), place(read.signer)];
    (0..token.len()).filter(|index| !signed.iter().any(|range| range.contains(index))).collect()
}

#[test]
fn tokens_cut_short_anywhere_are_malformed() {
    let vectors = Vectors::read("tr34");
    for vector in vectors.list("tokens") {
        let token = vector.bytes("der");
        for length in 0..token.len() {
            assert!(Token::parse(&token[..length]).is_err());
            assert!(Credential::parse(&token[..length]).is_err());
            assert!(parse_nonce_token(&token[..length]).is_err());
            assert!(Crl::parse(&token[..length]).is_err());
            assert!(Certificate::parse(&token[..length]).is_err());
        }
    }
}

proptest! {
    /// Whatever comes in is read or refused, never a panic.
    #[test]
    fn any_bytes_are_read_or_refused(
        which in 0..9usize,
        at in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        let vectors = Vectors::read("tr34");
        let mut token = vectors.list("tokens").nth(which).expect("a token").bytes("der");
        let (start, end) = (at.index(token.len()), cut.index(token.len()));
        token.splice(start.min(end)..(start.min(end) + bytes.len()).min(token.len()), bytes);
        let _ = Token::parse(&token);
        let _ = Credential::parse(&token);
        let _ = parse_nonce_token(&token);
        let _ = Crl::parse(&token);
        let _ = Certificate::parse_all(&token);
        let _ = crate::certificate::Request::parse(&token);
    }
}
