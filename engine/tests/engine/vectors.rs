//! Published vectors of MACs, check values, modifiers and cryptograms.

use engine::cipher::BlockCipher;
use engine::hash::Hash;
use engine::key::check_value::check_value;
use engine::key::modifier::Modifier;
use engine::key::{Algorithm, KeyMaterial, cryptogram, parity};
use engine::mac::{self, Padding};
use fixtures::vectors::{Vector, Vectors, bytes};
use protocol::field::key::ModifierDigit;

fn algorithm(name: &str) -> Algorithm {
    match name {
        "DES" => Algorithm::Des,
        "AES" => Algorithm::Aes,
        "TDES" => Algorithm::Tdes,
        _ => panic!("unknown algorithm {name}"),
    }
}

fn key(vector: &Vector<'_>) -> KeyMaterial {
    KeyMaterial::new(&vector.bytes("key"))
}

#[test]
fn cmac() {
    for vector in Vectors::read("mac").list("cmac") {
        let algorithm = algorithm(vector.text("alg").trim_end_matches("-CMAC"));
        let made = mac::cmac(algorithm, &key(&vector), &vector.bytes("msg")).expect("a MAC");
        assert_eq!(made.expose(), vector.bytes("mac"), "{vector:?}");
    }
}

#[test]
fn cmac_of_wycheproof() {
    let (mut valid, mut invalid) = (0, 0);
    for vector in Vectors::read("mac").list("wycheproof/aes_cmac_test.json/tests") {
        let key = KeyMaterial::new(&vector.bytes("1"));
        let tag = vector.bytes("3");
        let made = mac::cmac(Algorithm::Aes, &key, &vector.bytes("2"));
        let right = made.is_ok_and(|made| tag.len() >= 4 && mac::verify(made.expose(), &tag));
        assert_eq!(right, vector.text("4") == "valid", "{vector:?}");
        if right {
            valid += 1;
        } else {
            invalid += 1;
        }
    }
    assert!(valid > 50 && invalid > 50, "{valid} {invalid}");
}

#[test]
fn iso_9797_1() {
    let mut seen = 0;
    for vector in Vectors::read("mac").list("iso9797") {
        let padding = match vector.number("padding_method") {
            1 => Padding::Method1,
            2 => Padding::Method2,
            // Not offered on the wire.
            _ => continue,
        };
        let (name, key, message) = (vector.text("alg"), key(&vector), vector.bytes("msg"));
        let made = if name.starts_with("ISO 9797-1 MAC algorithm 1") {
            mac::cbc_mac(algorithm(vector.text("cipher")), &key, padding, &message)
        } else if vector.text("cipher") == "DES" {
            mac::retail(&key, padding, &message)
        } else {
            // Halves that are triple DES keys themselves are not offered.
            continue;
        };
        assert_eq!(made.expect("a MAC").expose(), vector.bytes("mac8"), "{vector:?}");
        seen += 1;
    }
    assert!(seen >= 8, "{seen}");
}

#[test]
fn hmac() {
    for vector in Vectors::read("mac").list("hmac") {
        let hash = match vector.text("alg") {
            "HMAC-SHA224" => Hash::Sha224,
            "HMAC-SHA256" => Hash::Sha256,
            "HMAC-SHA384" => Hash::Sha384,
            "HMAC-SHA512" => Hash::Sha512,
            name => panic!("unknown hash {name}"),
        };
        let made = mac::hmac(hash, &key(&vector), &vector.bytes("msg")).expect("a MAC");
        let expected = vector.bytes("mac");
        assert!(expected.len() >= 16 && mac::verify(made.expose(), &expected), "{vector:?}");
    }
}

#[test]
fn check_values() {
    let mut seen = 0;
    for vector in Vectors::read("kcv_components").list("vectors") {
        let method = vector.text("method");
        if !(method.starts_with("encrypt 8 zero bytes") || method.starts_with("AES-CMAC")) {
            continue;
        }
        let value = check_value(algorithm(vector.text("alg")), None, &key(&vector));
        let expected = if vector.find("kcv10").is_some() { "kcv10" } else { "kcv6" };
        assert_eq!(value.to_string(), vector.text(expected), "{vector:?}");
        if vector.find("kcv4").is_some() {
            assert_eq!(value.digits(4), vector.text("kcv4"));
        }
        seen += 1;
    }
    assert!(seen >= 12, "{seen}");
}

#[test]
fn combined_components_have_their_check_values() {
    for vector in Vectors::read("kcv_components").list("components") {
        let components: Vec<_> = vector.texts("components").map(bytes).collect();
        let combined = components
            .iter()
            .skip(1)
            .fold(components[0].clone(), |sum, component| sum.iter().zip(component).map(|(a, b)| a ^ b).collect());
        assert_eq!(combined, vector.bytes("combined_raw"));
        let algorithm = algorithm(vector.text("alg"));
        for (component, expected) in components.iter().zip(vector.texts("component_kcv6")) {
            assert_eq!(check_value(algorithm, None, &KeyMaterial::new(component)).digits(6), expected);
        }
        let value = check_value(algorithm, None, &KeyMaterial::new(&combined));
        assert_eq!(value.digits(6), vector.text("combined_kcv6"));
    }
}

#[test]
fn cryptograms_under_modifiers() {
    let mut seen = 0;
    for vector in Vectors::read("akb_variants").list("cryptograms") {
        let modifier = u8::try_from(vector.number("modifier")).expect("small");
        // A digit on the wire says 0 to 15.
        let Some(digit) = ModifierDigit::new(modifier) else { continue };
        let wrapping = KeyMaterial::new(&vector.bytes("major_or_kek"));
        let clear = KeyMaterial::new(&vector.bytes("clear_key"));
        let made = cryptogram::wrap(&wrapping, Modifier::from(digit), &clear).expect("wraps");
        assert_eq!(*made, vector.bytes("ecb_cryptogram")[..], "{vector:?}");
        assert_eq!(cryptogram::unwrap(&wrapping, Modifier::from(digit), &made), Ok(clear.clone()));
        let variant = KeyMaterial::new(&vector.bytes("variant_key"));
        assert_eq!(cryptogram::wrap(&variant, Modifier::NONE, &clear), Ok(made));
        seen += 1;
    }
    assert!(seen >= 4, "{seen}");
}

#[test]
fn known_answers_of_ciphers_and_hashes() {
    let mut seen = 0;
    for vector in Vectors::read("selftest_kat").list("kat") {
        match vector.text("test") {
            name if name.ends_with(" ECB") => {
                let algorithm = if name.starts_with("AES") { Algorithm::Aes } else { Algorithm::Tdes };
                let mut data = vector.bytes("plaintext");
                let cipher = BlockCipher::new(algorithm, &key(&vector)).expect("a cipher");
                cipher.encrypt_ecb(&mut data).expect("whole");
                assert_eq!(data, vector.bytes("ciphertext"));
            }
            name @ ("sha1" | "sha224" | "sha256" | "sha384" | "sha512") => {
                let hash = match name {
                    "sha1" => Hash::Sha1,
                    "sha224" => Hash::Sha224,
                    "sha256" => Hash::Sha256,
                    "sha384" => Hash::Sha384,
                    _ => Hash::Sha512,
                };
                let made = engine::hash::digest(hash, &vector.bytes("msg"));
                assert_eq!(made.as_bytes(), vector.bytes("digest"));
            }
            _ => continue,
        }
        seen += 1;
    }
    assert!(seen >= 9, "{seen}");
}

#[test]
fn weak_and_semi_weak_keys_are_known_whatever_their_parity() {
    let vectors = Vectors::read("selftest_kat");
    let pairs = vectors.list("des_semi_weak_pairs").flat_map(|pair| ["0", "1"].map(|n| pair.text(n)));
    let weak: Vec<_> = vectors.list("des_weak").filter_map(|weak| weak.as_text()).chain(pairs).collect();
    assert_eq!(weak.len(), 16);
    for weak in weak {
        let mut part = bytes(weak);
        for parity in [0, 1] {
            part[3] ^= parity;
            assert!(parity::check(Algorithm::Des, &KeyMaterial::new(&part)).is_err(), "{weak}");
            let double = [&bytes("0123456789ABCDEF")[..], &part].concat();
            assert!(parity::check(Algorithm::Tdes, &KeyMaterial::new(&double)).is_err(), "{weak}");
        }
    }
    for (key, accepted) in [
        ("0123456789ABCDEFFEDCBA9876543210", true),
        ("0123456789ABCDEFFEDCBA98765432100123456789ABCDEF", true),
        ("0123456789ABCDEF0123456789ABCDEF", false),
        ("0123456789ABCDEE0123456789ABCDEF", false),
        ("0123456789ABCDEFFEDCBA9876543210FEDCBA9876543210", false),
    ] {
        let key_material = KeyMaterial::new(&bytes(key));
        assert_eq!(parity::check(Algorithm::Tdes, &key_material).is_ok(), accepted, "{key}");
    }
    assert!(parity::check(Algorithm::Aes, &KeyMaterial::new(&[0; 16])).is_err());
}
