//! Asymmetric keys: each operation beside the bare call of the library that does it, in the same run. Certificates and
//! TR-34 tokens, whole commands in process, are beside the bare signature that is in them.

use std::hint::black_box;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, PqdsaKeyPair, UnparsedPublicKey};
use aws_lc_rs::{agreement, kem, rsa};
use benches::hsm::InProcess;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use engine::hash::{self, Hash};
use engine::public_key::{Curve, F4, Kind, MlDsa, MlKem, PrivateKey, Scheme};
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

fn ed25519(criterion: &mut Criterion) {
    let mut random = Generator::from_entropy([7; 32]);
    let mut group = criterion.benchmark_group("Ed25519");
    let own = key(Kind::Ed25519, &mut random);
    let bare = Ed25519KeyPair::from_pkcs8_maybe_unchecked(own.expose().expose()).expect("the same key");
    messages(&mut group, &own, &mut random, || bare.sign(MESSAGE), &signature::ED25519);
    pair(&mut group, "generate", || key(Kind::Ed25519, &mut random), || Ed25519KeyPair::generate().expect("a key"));
    group.finish();
}

fn ml_dsa(criterion: &mut Criterion) {
    let mut random = Generator::from_entropy([7; 32]);
    for (set, signing, verifying) in [
        (MlDsa::Set44, &signature::ML_DSA_44_SIGNING, &signature::ML_DSA_44),
        (MlDsa::Set65, &signature::ML_DSA_65_SIGNING, &signature::ML_DSA_65),
        (MlDsa::Set87, &signature::ML_DSA_87_SIGNING, &signature::ML_DSA_87),
    ] {
        let mut group = criterion.benchmark_group(set.name());
        let own = key(Kind::MlDsa(set), &mut random);
        let bare = PqdsaKeyPair::from_pkcs8(signing, own.expose().expose()).expect("the same key");
        let mut place = vec![0; signing.signature_len()];
        messages(&mut group, &own, &mut random, || bare.sign(MESSAGE, &mut place).expect("signs"), verifying);
        let bare = || PqdsaKeyPair::generate(signing).expect("a key");
        pair(&mut group, "generate", || key(Kind::MlDsa(set), &mut random), bare);
        let der = own.expose().expose();
        let read = || PqdsaKeyPair::from_pkcs8(signing, der).expect("a key");
        pair(&mut group, "read", || PrivateKey::from_pkcs8(der).expect("a key"), read);
        group.finish();
    }
}

/// Signing and verifying of a key that takes the message itself.
fn messages<A>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    own: &PrivateKey,
    random: &mut Generator,
    bare: impl FnMut() -> A,
    verifying: &'static dyn signature::VerificationAlgorithm,
) {
    pair(group, "sign", || own.sign(Scheme::Message, MESSAGE, random).expect("signs"), bare);
    let signed = own.sign(Scheme::Message, MESSAGE, random).expect("signs");
    let public = UnparsedPublicKey::new(verifying, own.public().spki());
    pair(
        group,
        "verify",
        || own.public().verify(Scheme::Message, MESSAGE, &signed).expect("verifies"),
        || public.verify(MESSAGE, &signed).expect("verifies"),
    );
}

fn ml_kem(criterion: &mut Criterion) {
    let mut random = Generator::from_entropy([7; 32]);
    for (set, algorithm) in
        [(MlKem::Set512, &kem::ML_KEM_512), (MlKem::Set768, &kem::ML_KEM_768), (MlKem::Set1024, &kem::ML_KEM_1024)]
    {
        let mut group = criterion.benchmark_group(set.name());
        let own = key(Kind::MlKem(set), &mut random);
        let bare = kem::DecapsulationKey::generate(algorithm).expect("a key");
        let public = bare.encapsulation_key().expect("its public key");
        pair(
            &mut group,
            "encapsulate",
            || own.public().encapsulate().expect("encapsulates"),
            || public.encapsulate().expect("encapsulates"),
        );
        let (encapsulated, _) = own.public().encapsulate().expect("encapsulates");
        let (others, _) = public.encapsulate().expect("encapsulates");
        pair(
            &mut group,
            "decapsulate",
            || own.decapsulate(&encapsulated).expect("decapsulates"),
            || bare.decapsulate(others.as_ref().into()).expect("decapsulates"),
        );
        let generate = || kem::DecapsulationKey::generate(algorithm).expect("a key");
        pair(&mut group, "generate", || key(Kind::MlKem(set), &mut random), generate);
        group.finish();
    }
}

/// A CA in slot 1, a pair in slot 2, and a request for it.
fn ca(hsm: &mut InProcess, make: &str) -> (String, String) {
    for slot in [1, 2] {
        hsm.answer(format!("[AO{make};CZG;RC{slot};]").as_bytes());
    }
    let root = hsm.value("[AOASGC;RC1;BF19700101;XE36500;KUkeyCertSign;BCCA:TRUE;RTroot;SG1;]", "RV");
    (root, hsm.value("[AOASYR;RC2;RTapp;]", "RU"))
}

/// What verifies a request and issues a certificate, beside one bare signature.
fn certificates(criterion: &mut Criterion) {
    let (mut random, system) = (Generator::from_entropy([7; 32]), SystemRandom::new());
    let own = key(Kind::Rsa(2048), &mut random);
    let rsa = rsa::KeyPair::from_pkcs8(own.expose().expose()).expect("a key");
    let mut place = vec![0; rsa.public_modulus_len()];
    let own = key(Kind::Ec(Curve::P256), &mut random);
    let curve = EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_ASN1_SIGNING, own.expose().expose());
    let curve = curve.expect("a key");
    for (name, make) in [("RSA-2048", "GRSA;RA10001;RB2048"), ("P-256", "GECC;RA2")] {
        let mut hsm = InProcess::new();
        let (root, request) = ca(&mut hsm, make);
        let frame = format!("[AOASSR;BF19700101;XE36500;RU{request};SG2;RH{root};RC1;KUdigitalSignature;]");
        let mut group = criterion.benchmark_group(name);
        let ours = || hsm.answer(frame.as_bytes()).len();
        match name {
            "P-256" => pair(&mut group, "issue a certificate", ours, || curve.sign(&system, MESSAGE).expect("signs")),
            _ => pair(&mut group, "issue a certificate", ours, || {
                rsa.sign(&signature::RSA_PKCS1_SHA256, &system, MESSAGE, &mut place).expect("signs");
            }),
        }
        group.finish();
    }
}

/// A key that leaves by TR-34: two certificates read, one verified, RSA encryption, one signature.
fn tr34(criterion: &mut Criterion) {
    let mut random = Generator::from_entropy([7; 32]);
    let own = key(Kind::Rsa(2048), &mut random);
    let bare = rsa::KeyPair::from_pkcs8(own.expose().expose()).expect("a key");
    let (system, mut place) = (SystemRandom::new(), vec![0; bare.public_modulus_len()]);
    let mut hsm = InProcess::new();
    let (root, request) = ca(&mut hsm, "GRSA;RA10001;RB2048");
    hsm.answer(b"[AOGRSA;RA10001;RB2048;CZW;RC3;]");
    let issue = "[AOASSR;BF19700101;XE36500;RH{root};RC1;".replace("{root}", &root);
    let sender = hsm.value(&format!("{issue}RU{request};SG2;KUdigitalSignature;]"), "RV");
    let request = hsm.value("[AOASYR;RC3;RTreceiver;]", "RU");
    let receiver = hsm.value(&format!("{issue}RU{request};SG3;KUkeyEncipherment;]"), "RV");
    let anchor = hsm.value(&format!("[AOAVPC;CZV;RV{root};]"), "RD");
    let exported = hsm.value("[AOGPGS;FS6;CT4;AKD0000K0AB00E0000;]", "BG");
    let start = format!("RV{sender};RC2;SJ{receiver};SA{anchor};BG{exported};");
    let mut group = criterion.benchmark_group("RSA-2048");
    for (name, frame) in [
        ("TR-34 export, two passes", format!("[AOTRTP;{start}BJ0011223344556677;]")),
        ("TR-34 export, one pass", format!("[AOTROP;{start}]")),
    ] {
        pair(
            &mut group,
            name,
            || hsm.answer(frame.as_bytes()).len(),
            || bare.sign(&signature::RSA_PKCS1_SHA256, &system, MESSAGE, &mut place).expect("signs"),
        );
    }
    group.finish();
}

criterion_group!(benches, rsa_keys, curves, rsa_generation, ed25519, ml_dsa, ml_kem, certificates, tr34);
criterion_main!(benches);
