//! Asymmetric keys: each operation beside the bare call of the library that does it, in the same run.

use std::hint::black_box;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey};
use aws_lc_rs::{agreement, rsa};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use engine::hash::{self, Hash};
use engine::public_key::{Curve, F4, Kind, PrivateKey, Scheme};
use engine::random::Generator;

const MESSAGE: &[u8] = b"what is signed";

/// Ours and the library's, side by side.
fn pair<A, B>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    mut ours: impl FnMut() -> A,
    mut bare: impl FnMut() -> B,
) {
    group.bench_function(format!("{name}/engine"), |bencher| bencher.iter(|| black_box(ours())));
    group.bench_function(format!("{name}/bare"), |bencher| bencher.iter(|| black_box(bare())));
}

fn key(kind: Kind, random: &mut Generator) -> PrivateKey {
    PrivateKey::generate(kind, F4, random).expect("a key")
}

fn rsa_keys(criterion: &mut Criterion) {
    let mut random = Generator::from_entropy([7; 32]);
    for bits in [2048, 3072, 4096] {
        let mut group = criterion.benchmark_group(format!("RSA-{bits}"));
        let own = key(Kind::Rsa(bits), &mut random);
        let bare = rsa::KeyPair::from_pkcs8(own.expose().expose()).expect("the same key");
        let (system, mut place) = (SystemRandom::new(), vec![0; bare.public_modulus_len()]);
        let (scheme, digest) = (Scheme::Pkcs1(Some(Hash::Sha256)), hash::digest(Hash::Sha256, MESSAGE));
        pair(
            &mut group,
            "sign",
            || own.sign(scheme, digest.as_bytes(), &mut random).expect("signs"),
            || bare.sign(&signature::RSA_PKCS1_SHA256, &system, MESSAGE, &mut place).expect("signs"),
        );
        let signed = own.sign(scheme, digest.as_bytes(), &mut random).expect("signs");
        let public = UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, bare.public_key().as_ref());
        pair(
            &mut group,
            "verify",
            || own.public().verify(scheme, digest.as_bytes(), &signed).expect("verifies"),
            || public.verify(MESSAGE, &signed).expect("verifies"),
        );
        group.finish();
    }
}

fn curves(criterion: &mut Criterion) {
    let mut random = Generator::from_entropy([7; 32]);
    let mut group = criterion.benchmark_group("P-256");
    let (own, other) = (key(Kind::Ec(Curve::P256), &mut random), key(Kind::Ec(Curve::P256), &mut random));
    let algorithm = &signature::ECDSA_P256_SHA256_ASN1_SIGNING;
    let bare = EcdsaKeyPair::from_pkcs8(algorithm, own.expose().expose()).expect("the same key");
    let (system, digest) = (SystemRandom::new(), hash::digest(Hash::Sha256, MESSAGE));
    pair(
        &mut group,
        "sign",
        || own.sign(Scheme::Ecdsa, digest.as_bytes(), &mut random).expect("signs"),
        || bare.sign(&system, MESSAGE).expect("signs"),
    );
    let signed = own.sign(Scheme::Ecdsa, digest.as_bytes(), &mut random).expect("signs");
    let public = UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, bare.public_key().as_ref());
    pair(
        &mut group,
        "verify",
        || own.public().verify(Scheme::Ecdsa, digest.as_bytes(), &signed).expect("verifies"),
        || public.verify(MESSAGE, &signed).expect("verifies"),
    );
    let scalar = agreement::PrivateKey::from_private_key_der(&agreement::ECDH_P256, own.expose().expose());
    let scalar = scalar.expect("the same key");
    let point = agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, other.public().point().expect("a point"));
    pair(
        &mut group,
        "agree",
        || own.agree(other.public()).expect("agrees"),
        || agreement::agree(&scalar, point, (), |shared| Ok(shared.len())).expect("agrees"),
    );
    pair(
        &mut group,
        "generate",
        || key(Kind::Ec(Curve::P256), &mut random),
        || EcdsaKeyPair::generate(algorithm).expect("a key"),
    );
    group.finish();
}

fn rsa_generation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("RSA-2048");
    group.sample_size(10);
    let (mut random, mut seeded) = (Generator::from_entropy([7; 32]), Generator::from_seed([7; 32]));
    let bare = || rsa::KeyPair::generate(rsa::KeySize::Rsa2048).expect("a key");
    pair(&mut group, "generate", || key(Kind::Rsa(2048), &mut random), bare);
    group.bench_function("generate/seeded", |bencher| bencher.iter(|| black_box(key(Kind::Rsa(2048), &mut seeded))));
    group.finish();
}

criterion_group!(benches, rsa_keys, curves, rsa_generation);
criterion_main!(benches);
