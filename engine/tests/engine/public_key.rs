//! Asymmetric keys by themselves: they repeat with their seed, are read strictly, and do what their standards say.

use engine::hash::{self, Hash};
use engine::key::agreement::{self, Kdf};
use engine::key::{KeyMaterial, KeyType};
use engine::public_key::{Curve, Error, F4, Kind, MlDsa, MlKem, Padding, PrivateKey, PublicKey, Scheme};
use engine::random::Generator;
use fixtures::vectors::Vectors;
use proptest::prelude::*;

use crate::support::bytes;

const HASHES: [Hash; 7] =
    [Hash::Md5, Hash::Ripemd160, Hash::Sha1, Hash::Sha224, Hash::Sha256, Hash::Sha384, Hash::Sha512];

fn generator() -> Generator {
    Generator::from_seed([21; 32])
}

fn made(kind: Kind) -> PrivateKey {
    PrivateKey::generate(kind, F4, &mut generator()).expect("generates")
}

fn curve_of(name: &str) -> Curve {
    Curve::ALL.into_iter().find(|curve| curve.name() == name).expect("a curve")
}

#[test]
fn keys_repeat_with_their_seed_and_read_back() {
    let served = [Kind::Rsa(2048), Kind::Ec(Curve::P256), Kind::Ec(Curve::P384), Kind::Ec(Curve::P521)];
    for kind in served.into_iter().chain(newer()) {
        let (one, other) = (made(kind), made(kind));
        assert_eq!(one.expose(), other.expose());
        assert_eq!(one.kind(), kind);
        let another = PrivateKey::generate(kind, F4, &mut Generator::from_entropy([22; 32])).expect("generates");
        assert_ne!(one.expose(), another.expose());
        let read = PrivateKey::from_pkcs8(one.expose().expose()).expect("reads");
        assert_eq!((read.expose(), read.public()), (one.expose(), one.public()));
        assert_eq!(PublicKey::from_der(one.public().spki()).as_ref(), Ok(one.public()));
    }
}

#[test]
fn public_exponents_are_the_ones_asked_for() {
    // The greatest prime of 33 bits is the last.
    for exponent in [3, 5, 17, 257, 0x1_FFFF_FFF7] {
        let key = PrivateKey::generate(Kind::Rsa(2048), exponent, &mut generator()).expect("generates");
        let (modulus, given) = key.public().rsa_numbers().expect("RSA");
        assert_eq!((modulus.len(), given.iter().fold(0, |e, byte| e << 8 | u64::from(*byte))), (256, exponent));
    }
    // 3 times 5, a Fermat number with two factors, 7 times something, a Carmichael number, strong pseudoprimes.
    let composite = [15, 0x1_0000_0001, 0x1_FFFF_FFFF, 561, 2047, 3_215_031_751, 65_537 * 65_539];
    for exponent in [0, 1, 2, 65_536, 0x2_0000_0001, u64::MAX].into_iter().chain(composite) {
        let refused = PrivateKey::generate(Kind::Rsa(2048), exponent, &mut generator());
        assert_eq!(refused.err(), Some(Error::Exponent), "{exponent}");
    }
    for bits in [0, 512, 1024, 2047, 2049, 8192] {
        assert_eq!(PrivateKey::generate(Kind::Rsa(bits), F4, &mut generator()).err(), Some(Error::Size), "{bits}");
    }
}

#[test]
fn every_scheme_verifies_what_it_signed_and_nothing_else() {
    let mut random = generator();
    let rsa = made(Kind::Rsa(2048));
    for hash in HASHES {
        let (digest, other) = (hash::digest(hash, b"text"), hash::digest(hash, b"texts"));
        let mut schemes = vec![Scheme::Pkcs1(Some(hash)), Scheme::Pkcs1(None)];
        if !matches!(hash, Hash::Md5 | Hash::Ripemd160) {
            schemes.push(Scheme::Pss(hash));
        }
        for scheme in schemes {
            let mut signature = rsa.sign(scheme, digest.as_bytes(), &mut random).expect("signs");
            let verify = |digest: &[u8], signature: &[u8]| rsa.public().verify(scheme, digest, signature);
            assert_eq!(verify(digest.as_bytes(), &signature), Ok(true), "{scheme:?}");
            assert_eq!(verify(other.as_bytes(), &signature), Ok(false), "{scheme:?}");
            assert_eq!(verify(digest.as_bytes(), &signature[1..]), Ok(false), "{scheme:?}");
            signature[9] ^= 1;
            assert_eq!(verify(digest.as_bytes(), &signature), Ok(false), "{scheme:?}");
        }
        for curve in Curve::ALL {
            let key = made(Kind::Ec(curve));
            let signature = key.sign(Scheme::Ecdsa, digest.as_bytes(), &mut random).expect("signs");
            assert_eq!(key.public().verify(Scheme::Ecdsa, digest.as_bytes(), &signature), Ok(true));
            assert_eq!(key.public().verify(Scheme::Ecdsa, other.as_bytes(), &signature), Ok(false));
        }
    }
    assert!(matches!(rsa.sign(Scheme::Ecdsa, &[0; 32], &mut random), Err(Error::Kind(_))));
    assert!(matches!(rsa.sign(Scheme::Pkcs1(Some(Hash::Sha256)), &[0; 20], &mut random), Err(Error::Length(_))));
    assert!(matches!(rsa.sign(Scheme::Pkcs1(None), &[0; 246], &mut random), Err(Error::Length(_))));
    assert!(rsa.sign(Scheme::Pkcs1(None), &[0; 245], &mut random).is_ok());
    for curve in Curve::ALL {
        let key = made(Kind::Ec(curve));
        for length in (0..=70).filter(|length| ![16, 20, 28, 32, 48, 64].contains(length)) {
            let given = vec![7; length];
            assert!(matches!(key.sign(Scheme::Ecdsa, &given, &mut random), Err(Error::Length(_))), "{length}");
            assert!(matches!(key.public().verify(Scheme::Ecdsa, &given, &[0; 70]), Err(Error::Length(_))), "{length}");
        }
    }
    assert!(matches!(rsa.sign(Scheme::Pss(Hash::Md5), &[0; 16], &mut random), Err(Error::Hash(_))));
}

#[test]
fn encryption_takes_as_much_as_there_is_room_for() {
    let key = made(Kind::Rsa(2048));
    for (padding, room) in [(Padding::Oaep(Hash::Sha1), 214), (Padding::Oaep(Hash::Sha256), 190), (Padding::Pkcs1, 245)]
    {
        let clear = vec![7; room];
        let mut encrypted = key.public().encrypt(padding, &clear).expect("encrypts");
        assert_eq!(key.decrypt(padding, &encrypted).expect("decrypts").expose(), clear);
        assert!(matches!(key.public().encrypt(padding, &vec![7; room + 1]), Err(Error::Length(_))));
        encrypted[40] ^= 1;
        assert_ne!(key.decrypt(padding, &encrypted).ok().as_ref().map(KeyMaterial::expose), Some(clear.as_slice()));
        assert_eq!(key.decrypt(padding, &encrypted[1..]).err(), Some(Error::DoesNotDecrypt));
        assert_eq!(key.decrypt(padding, &[0xFF; 256]).err(), Some(Error::DoesNotDecrypt));
    }
    let (one, other) = (Padding::Labelled(Hash::Sha256, b"one"), Padding::Labelled(Hash::Sha256, b"other"));
    let encrypted = key.public().encrypt(one, b"key").expect("encrypts");
    assert_eq!(key.decrypt(one, &encrypted).expect("decrypts").expose(), b"key");
    for padding in [other, Padding::Oaep(Hash::Sha256)] {
        assert_eq!(key.decrypt(padding, &encrypted).err(), Some(Error::DoesNotDecrypt));
    }
    let encrypted = key.public().encrypt(Padding::Oaep(Hash::Sha256), b"key").expect("encrypts");
    assert_eq!(key.decrypt(one, &encrypted).err(), Some(Error::DoesNotDecrypt));
    assert_eq!(key.decrypt(Padding::Oaep(Hash::Sha1), &encrypted).err(), Some(Error::DoesNotDecrypt));
    assert_eq!(made(Kind::Ec(Curve::P256)).decrypt(Padding::Pkcs1, &encrypted).err(), Some(Error::Kind("an RSA key")));
}

/// A private key of this scalar: the PrivateKeyInfo of one on the same curve, with scalar and point exchanged.
fn private_of(curve: Curve, scalar: &[u8], point: &[u8]) -> Option<PrivateKey> {
    let model = cached(Kind::Ec(curve));
    let mut der = model.expose().expose().to_vec();
    let old_point = model.public().point().expect("a point");
    let at = der.windows(old_point.len()).position(|part| part == old_point).expect("the point");
    der[at..at + point.len()].copy_from_slice(point);
    // SEQUENCE, version 1, OCTET STRING, the scalar.
    let length = u8::try_from(curve.length()).expect("short");
    let start = der.windows(5).position(|part| part == [2, 1, 1, 4, length]).expect("the scalar") + 5;
    der[start..start + curve.length()].copy_from_slice(scalar);
    PrivateKey::from_pkcs8(&der).ok()
}

#[test]
fn published_secrets_are_agreed_on() {
    let vectors = Vectors::read("ecdh_kdf");
    let (mut valid, mut invalid) = (0, 0);
    for vector in vectors.list("ecdh") {
        let curve = curve_of(vector.text("curve"));
        let other = PublicKey::from_point(curve, &bytes(vector.text("public")));
        if vector.text("result") != "valid" {
            // An encoding that is not the uncompressed point is refused as well: none is asked for on the wire.
            assert!(other.is_err());
            invalid += 1;
            continue;
        }
        let Ok(other) = other else { panic!("{}", vector.text("public")) };
        let scalar = bytes(vector.text("private"));
        let scalar = &[vec![0; curve.length() - scalar.len().min(curve.length())], scalar].concat()[..];
        let scalar = &scalar[scalar.len() - curve.length()..];
        let Some(own) = with_scalar(curve, scalar) else { panic!("no key of {scalar:?}") };
        assert_eq!(own.agree(&other).expect("agrees").expose(), bytes(vector.text("shared_x")));
        valid += 1;
    }
    assert!(valid >= 18 && invalid >= 3, "{valid} valid, {invalid} invalid");
}

/// A PrivateKeyInfo as others write it.
pub(crate) fn private_key(pkcs8: &[u8]) -> Option<PrivateKey> {
    PrivateKey::from_pkcs8(pkcs8).ok()
}

/// The private key of a scalar.
pub(crate) fn with_scalar(curve: Curve, scalar: &[u8]) -> Option<PrivateKey> {
    let point = point_of(curve, scalar)?;
    private_of(curve, scalar, &point)
}

fn point_of(curve: Curve, scalar: &[u8]) -> Option<Vec<u8>> {
    use aws_lc_rs::agreement;
    let algorithm = match curve {
        Curve::P256 => &agreement::ECDH_P256,
        Curve::P384 => &agreement::ECDH_P384,
        Curve::P521 => &agreement::ECDH_P521,
    };
    let key = agreement::PrivateKey::from_private_key(algorithm, scalar).ok()?;
    Some(key.compute_public_key().ok()?.as_ref().to_vec())
}

#[test]
fn published_keys_are_derived() {
    let vectors = Vectors::read("ecdh_kdf");
    let mut count = 0;
    for vector in vectors.list("kdf") {
        let kdf = if vector.text("kdf") == "X9.63" { Kdf::X963 } else { Kdf::Concatenation };
        let Some(hash) = hash_of(vector.text("hash")) else { continue };
        let out = bytes(vector.text("out"));
        let secret = KeyMaterial::new(&bytes(vector.text("z")));
        let name = if vector.find("shared_info").is_some() { "shared_info" } else { "other_info" };
        let shared = bytes(vector.text(name));
        let derived = agreement::derive(kdf, hash, &secret, &shared, out.len());
        assert_eq!(derived.expose(), out, "{}", vector.text("source"));
        count += 1;
    }
    for vector in vectors.list("flows") {
        let kdf = if vector.text("kdf") == "concat" { Kdf::Concatenation } else { Kdf::X963 };
        let hash = hash_of(vector.text("hash")).expect("a hash");
        let key_type = match vector.text("derived") {
            "AES-128" => KeyType::Aes128,
            "AES-192" => KeyType::Aes192,
            "AES-256" => KeyType::Aes256,
            other => panic!("{other}"),
        };
        let secret = KeyMaterial::new(&bytes(vector.text("z")));
        let shared = bytes(vector.text("shared_info"));
        let derived = agreement::derive_key(kdf, hash, &secret, &shared, key_type);
        assert_eq!(derived.expose(), bytes(vector.text("kbpk")));
        count += 1;
    }
    assert!(count >= 40, "{count}");
}

fn hash_of(name: &str) -> Option<Hash> {
    Some(match name.to_ascii_lowercase().replace('-', "").as_str() {
        "sha1" => Hash::Sha1,
        "sha224" => Hash::Sha224,
        "sha256" => Hash::Sha256,
        "sha384" => Hash::Sha384,
        "sha512" => Hash::Sha512,
        _ => return None,
    })
}

#[test]
fn points_that_are_none_of_the_curve_are_refused() {
    let keys = Curve::ALL.map(|curve| made(Kind::Ec(curve)));
    for (curve, key) in Curve::ALL.into_iter().zip(&keys) {
        let point = key.public().point().expect("a point").to_vec();
        assert!(PublicKey::from_point(curve, &point).is_ok());
        let mut off = point.clone();
        *off.last_mut().expect("a byte") ^= 1;
        assert_eq!(PublicKey::from_point(curve, &off), Err(Error::NotAKey));
        let zeros = [vec![4], vec![0; 2 * curve.length()]].concat();
        assert_eq!(PublicKey::from_point(curve, &zeros), Err(Error::NotAKey));
        let beyond = [vec![4], vec![0xFF; 2 * curve.length()]].concat();
        assert_eq!(PublicKey::from_point(curve, &beyond), Err(Error::NotAKey));
        // The identity, a compressed and a hybrid point, a point cut off, one with a byte too much.
        let compressed = [&[2], &point[1..=curve.length()]].concat();
        let hybrid = [&[6], &point[1..]].concat();
        let longer = [&point[..], &[0]].concat();
        for wrong in [&[0][..], &[], &compressed, &hybrid, &point[1..], &point[..point.len() - 1], &longer] {
            assert_eq!(PublicKey::from_point(curve, wrong), Err(Error::Malformed));
        }
        for (other, key) in Curve::ALL.into_iter().zip(&keys).filter(|(other, _)| *other != curve) {
            assert!(PublicKey::from_point(curve, key.public().point().expect("a point")).is_err(), "{other:?}");
            assert_eq!(key.agree(keys[0].public()).is_ok(), other == Curve::P256);
        }
    }
}

/// An RSAPublicKey of these numbers.
fn rsa_public_key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    fn element(tag: u8, inside: &[u8]) -> Vec<u8> {
        let [high, low] = u16::try_from(inside.len()).expect("short").to_be_bytes();
        let length = match (high, low) {
            (0, 0..0x80) => vec![low],
            (0, _) => vec![0x81, low],
            _ => vec![0x82, high, low],
        };
        [vec![tag], length, inside.to_vec()].concat()
    }
    fn number(bytes: &[u8]) -> Vec<u8> {
        let sign: &[u8] = if bytes.first().is_some_and(|byte| *byte >= 0x80) { &[0] } else { &[] };
        element(2, &[sign, bytes].concat())
    }
    element(0x30, &[number(modulus), number(exponent)].concat())
}

#[test]
fn moduli_and_exponents_that_are_none_are_refused() {
    let key = made(Kind::Rsa(2048));
    let (modulus, exponent) = key.public().rsa_numbers().expect("RSA");
    let read = |modulus: &[u8], exponent: &[u8]| PublicKey::from_der(&rsa_public_key(modulus, exponent));
    assert_eq!(read(modulus, exponent).as_ref(), Ok(key.public()));
    let mut even = modulus.to_vec();
    *even.last_mut().expect("a byte") &= 0xFE;
    assert_eq!(read(&even, exponent), Err(Error::NotAKey));
    assert_eq!(read(&modulus[1..], exponent), Err(Error::Size));
    assert_eq!(read(&[0x23], exponent), Err(Error::Size));
    assert_eq!(read(&[&[0x7F], modulus].concat(), exponent).map(|key| key.kind()), Ok(Kind::Rsa(2055)));
    assert_eq!(read(&[&[1; 1024], modulus].concat(), exponent), Err(Error::Size));
    for exponent in [&[1][..], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1], &[0x7F; 9]] {
        assert_eq!(read(modulus, exponent), Err(Error::Exponent), "{exponent:?}");
    }
    assert_eq!(read(modulus, &[0, 3]), Err(Error::Malformed));
    assert_eq!(read(modulus, &[]), Err(Error::Malformed));
}

#[test]
fn der_that_is_cut_off_or_goes_on_is_refused_at_every_length() {
    for kind in [Kind::Rsa(2048), Kind::Ec(Curve::P256), Kind::Ec(Curve::P521)].into_iter().chain(newer()) {
        let key = made(kind);
        let (spki, pkcs8) = (key.public().spki(), key.expose().expose());
        for length in 0..spki.len() {
            assert!(PublicKey::from_der(&spki[..length]).is_err(), "{kind:?} {length}");
        }
        for length in 0..pkcs8.len() {
            assert!(PrivateKey::from_pkcs8(&pkcs8[..length]).is_err(), "{kind:?} {length}");
        }
        assert_eq!(PublicKey::from_der(&[spki, &[0]].concat()), Err(Error::Malformed));
        assert_eq!(PrivateKey::from_pkcs8(&[pkcs8, &[0]].concat()).err(), Some(Error::Malformed));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_public_key_with_a_changed_bit_is_another_key_or_none(place in 0_usize..294, bit in 0_u8..8) {
        for kind in [Kind::Rsa(2048), Kind::Ec(Curve::P384)] {
            let key = cached(kind);
            let mut der = key.public().spki().to_vec();
            let place = place % der.len();
            der[place] ^= 1 << bit;
            if let Ok(read) = PublicKey::from_der(&der) {
                prop_assert_ne!(&read, key.public());
                prop_assert_eq!(read.spki(), &der[..]);
                prop_assert!(matches!(kind, Kind::Rsa(_)), "a point beside its curve");
            }
        }
    }

    #[test]
    fn a_private_key_with_a_changed_bit_is_none_or_the_same(place in 0_usize..1300, bit in 0_u8..8) {
        for kind in [Kind::Rsa(2048), Kind::Ec(Curve::P384)] {
            let key = cached(kind);
            let mut der = key.expose().expose().to_vec();
            let place = place % der.len();
            der[place] ^= 1 << bit;
            if let Ok(read) = PrivateKey::from_pkcs8(&der) {
                prop_assert_eq!(read.public(), key.public());
            }
        }
    }

    #[test]
    fn bytes_that_are_no_key_are_refused(der in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(PublicKey::from_der(&der).is_err());
        prop_assert!(PrivateKey::from_pkcs8(&der).is_err());
    }
}

/// The kinds that are neither of RSA nor of the curves of SP 800-186.
pub(crate) fn newer() -> impl Iterator<Item = Kind> {
    let lattices = MlDsa::ALL.map(Kind::MlDsa).into_iter().chain(MlKem::ALL.map(Kind::MlKem));
    std::iter::once(Kind::Ed25519).chain(lattices)
}

pub(crate) fn cached(kind: Kind) -> &'static PrivateKey {
    use std::sync::OnceLock;
    static KEYS: [OnceLock<PrivateKey>; 11] = [const { OnceLock::new() }; 11];
    let place = match kind {
        Kind::Rsa(_) => 0,
        Kind::Ec(Curve::P256) => 1,
        Kind::Ec(Curve::P384) => 2,
        Kind::Ec(Curve::P521) => 3,
        Kind::Ed25519 => 4,
        Kind::MlDsa(MlDsa::Set44) => 5,
        Kind::MlDsa(MlDsa::Set65) => 6,
        Kind::MlDsa(MlDsa::Set87) => 7,
        Kind::MlKem(MlKem::Set512) => 8,
        Kind::MlKem(MlKem::Set768) => 9,
        Kind::MlKem(MlKem::Set1024) => 10,
    };
    KEYS[place].get_or_init(|| made(kind))
}

#[test]
fn nothing_prints_a_private_key() {
    let key = made(Kind::Ec(Curve::P256));
    assert_eq!(format!("{key:?} {:?}", key.public()), "PrivateKey(Ec(P256)) PublicKey(Ec(P256))");
}
