//! Certificates and chains, made here and judged here; independent judges are asked in the server's tests.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, EcdsaKeyPair, KeyPair as _, RsaKeyPair, UnparsedPublicKey};
use protocol::field::Value as _;
use protocol::field::certificate::SubjectName;

use super::*;
use crate::hash::Hash;

/// A day in 2026.
const NOW: Timestamp = Timestamp(1_790_000_000);
const DAY: u64 = 86_400;

struct Party {
    key: EcdsaKeyPair,
    name: Name,
    spki: Vec<u8>,
    usages: Option<KeyUsages>,
    ca: Option<(bool, Option<u8>)>,
    days: (u64, u64),
}

impl Party {
    fn new(name: &str) -> Self {
        let key = EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let spki = key.public_key().as_der().expect("a key").as_ref().to_vec();
        let name = Name::new(&SubjectName::parse(name.as_bytes()).expect("a name"), &[]).expect("a name");
        let usages = Some(KeyUsages::KEY_CERT_SIGN);
        Self { key, name, spki, usages, ca: Some((true, None)), days: (1, 1) }
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
        assert_eq!(algorithm, SignatureAlgorithm::Ecdsa(Hash::Sha256));
        Some(self.key.sign(&SystemRandom::new(), message).ok()?.as_ref().to_vec())
    }

    fn content(&self) -> Content<'_> {
        Content {
            serial: &[1, 2, 3],
            subject: &self.name,
            spki: &self.spki,
            not_before: Timestamp(NOW.0 - self.days.0 * DAY),
            not_after: Timestamp(NOW.0 + self.days.1 * DAY),
            ca: self.ca,
            key_usages: self.usages.map(|usages| (true, usages)),
        }
    }

    fn signs(&self, subject: &Self) -> Vec<u8> {
        let mut sign_with = |algorithm, message: &[u8]| self.sign(algorithm, message);
        let issuer = Issuer { name: &self.name, spki: &self.spki, key: None };
        sign(&subject.content(), &issuer, Hash::Sha256, &mut sign_with).expect("a certificate")
    }
}

fn check(spki: &[u8], algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> bool {
    let how: &dyn signature::VerificationAlgorithm = match algorithm {
        SignatureAlgorithm::Rsa(Hash::Sha256) => &signature::RSA_PKCS1_2048_8192_SHA256,
        SignatureAlgorithm::Ecdsa(Hash::Sha256) => &signature::ECDSA_P256_SHA256_ASN1,
        SignatureAlgorithm::Rsa(_) | SignatureAlgorithm::Ecdsa(_) => return false,
    };
    UnparsedPublicKey::new(how, spki).verify(message, signature).is_ok()
}

fn judge(chain: &[Vec<u8>], now: Timestamp) -> Result<(), Error> {
    let chain: Result<Vec<_>, _> = chain.iter().map(|der| Certificate::parse(der)).collect();
    verify(&chain?, Role::Any, None, now, false, &check)
}

fn chain(parties: &[&Party]) -> Vec<Vec<u8>> {
    let issuers = parties.iter().skip(1).chain(parties.last());
    parties.iter().zip(issuers).map(|(subject, issuer)| issuer.signs(subject)).collect()
}

#[test]
fn a_chain_of_three_verifies_and_says_what_was_asked() {
    let (mut leaf, middle, root) = (Party::new("CN=leaf, O=Bank, C=US"), Party::new("middle"), Party::new("root"));
    leaf.ca = None;
    leaf.usages = Some(KeyUsages::DIGITAL_SIGNATURE);
    let made = chain(&[&leaf, &middle, &root]);
    assert_eq!(judge(&made, NOW), Ok(()));
    let read = Certificate::parse(&made[0]).expect("a certificate");
    assert_eq!((read.serial(), read.subject(), read.spki()), (&[1, 2, 3][..], leaf.name.der(), leaf.spki.as_slice()));
    assert_eq!(read.extensions().key_usages, Some(KeyUsages::DIGITAL_SIGNATURE));
    assert!(!read.extensions().is_ca);
    let all = made.concat();
    assert_eq!(Certificate::parse_all(&all).expect("three").len(), 3);
}

#[test]
fn every_rule_of_a_chain_is_kept() {
    let mut leaf = Party::new("leaf");
    leaf.ca = None;
    leaf.usages = None;
    let (middle, root) = (Party::new("middle"), Party::new("root"));
    let good = chain(&[&leaf, &middle, &root]);
    assert_eq!(judge(&good, Timestamp(NOW.0 + 2 * DAY)), Err(Error::Expired));
    assert_eq!(judge(&good, Timestamp(NOW.0 - 2 * DAY)), Err(Error::NotYetValid));
    assert_eq!(judge(&good[..2], NOW), Err(Error::NoAnchor));
    assert_eq!(judge(&[good[0].clone(), good[2].clone()], NOW), Err(Error::Issuer));
    assert_eq!(judge(&[good[2].clone(), good[1].clone(), good[0].clone()], NOW), Err(Error::Issuer));

    // The right name over another key.
    let imposter = Party::new("middle");
    let forged = vec![imposter.signs(&leaf), good[1].clone(), good[2].clone()];
    assert_eq!(judge(&forged, NOW), Err(Error::Signature));
    let forged = vec![good[0].clone(), good[1].clone(), Party::new("root").signs(&root)];
    assert_eq!(judge(&forged, NOW), Err(Error::Signature));

    for (ca, usages, error) in [
        (None, Some(KeyUsages::KEY_CERT_SIGN), Error::NotCa),
        (Some((false, None)), Some(KeyUsages::KEY_CERT_SIGN), Error::NotCa),
        (Some((true, None)), Some(KeyUsages::DIGITAL_SIGNATURE), Error::IssuerUsage),
    ] {
        let mut middle = Party::new("middle");
        (middle.ca, middle.usages) = (ca, usages);
        assert_eq!(judge(&chain(&[&leaf, &middle, &root]), NOW), Err(error));
    }
    let mut narrow = Party::new("root");
    narrow.ca = Some((true, Some(0)));
    assert_eq!(judge(&chain(&[&leaf, &middle, &narrow]), NOW), Err(Error::PathLength));
    assert_eq!(judge(&chain(&[&leaf, &narrow]), NOW), Ok(()));
    narrow.ca = Some((true, Some(1)));
    assert_eq!(judge(&chain(&[&leaf, &middle, &narrow]), NOW), Ok(()));
}

#[test]
fn an_anchor_stands_for_the_certificate_that_it_came_from() {
    let mut leaf = Party::new("leaf");
    leaf.ca = None;
    let (middle, root) = (Party::new("middle"), Party::new("root"));
    let made = chain(&[&leaf, &middle, &root]);
    let read: Vec<_> = made[..2].iter().map(|der| Certificate::parse(der).expect("a certificate")).collect();
    let anchored = |name, path_length| {
        let anchor = Anchor { spki: &root.spki, name, path_length };
        verify(&read, Role::Any, Some(anchor), NOW, false, &check)
    };
    assert_eq!(anchored(Some(name_digest(root.name.der())), Some(1)), Ok(()));
    assert_eq!(anchored(None, None), Ok(()));
    assert_eq!(anchored(Some(name_digest(middle.name.der())), None), Err(Error::Issuer));
    assert_eq!(anchored(None, Some(0)), Err(Error::PathLength));
    let anchor = Anchor { spki: &middle.spki, name: None, path_length: None };
    assert_eq!(verify(&read, Role::Any, Some(anchor), NOW, false, &check), Err(Error::Signature));
    assert_eq!(verify(&read, Role::Ca, Some(anchor), NOW, false, &check), Err(Error::NotCa));
}

#[test]
fn a_critical_extension_that_is_not_known_is_refused() {
    let party = Party::new("root");
    let made = party.signs(&party);
    let read = Certificate::parse(&made).expect("a certificate");
    // The critical key usage under the number of name constraints.
    let usage = [0x55, 0x1D, 15, 1, 1, 0xFF];
    let place = made.windows(usage.len()).position(|bytes| bytes == usage).expect("it is there");
    let mut changed = made.clone();
    changed[place + 2] = 30;
    assert!(!read.extensions().has_unknown_critical);
    assert_eq!(judge(&[changed], NOW), Err(Error::CriticalExtension));
}

#[test]
fn requests_are_signed_by_their_own_key() {
    let (party, other) = (Party::new("CN=a, O=b"), Party::new("CN=a, O=b"));
    let usages = Some((true, KeyUsages::DIGITAL_SIGNATURE));
    let make = |signer: &Party| {
        let mut sign_with = |algorithm, message: &[u8]| signer.sign(algorithm, message);
        Request::make(&party.name, &party.spki, usages, Hash::Sha256, &mut sign_with).expect("a request")
    };
    let made = make(&party);
    let read = Request::parse(&made).expect("a request");
    assert_eq!((read.subject(), read.spki()), (party.name.der(), party.spki.as_slice()));
    assert_eq!(read.verify(false, &check), Ok(()));
    assert_eq!(Request::parse(&make(&other)).expect("a request").verify(false, &check), Err(Error::Signature));
    for length in 0..made.len() {
        assert!(Request::parse(&made[..length]).is_err());
    }
}

#[test]
fn rsa_certificates_of_an_independent_maker_verify() {
    let vectors = fixtures::vectors::Vectors::read("tr34");
    let certificate = |name: &str| vectors.at("certs_der").bytes(name);
    for names in [["kdh1", "ca_kdh", "root"], ["krd1", "ca_krd", "root"]] {
        assert_eq!(judge(&names.map(certificate), NOW), Ok(()));
    }
    assert_eq!(judge(&["kdh1", "ca_krd", "root"].map(certificate), NOW), Err(Error::Issuer));
    let key = RsaKeyPair::from_pkcs8(&vectors.at("keys_pkcs8_der").bytes("root")).expect("a key");
    let root = certificate("root");
    assert_eq!(
        Certificate::parse(&root).expect("a certificate").spki(),
        key.public_key().as_der().expect("DER").as_ref()
    );
}
