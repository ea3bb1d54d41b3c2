//! Published key blocks: opened, made again to the letter, and broken in every way.

use fixtures::vectors::{self, Vector, Vectors};

use super::*;
use crate::key::Usage;

fn tr31() -> Vectors {
    Vectors::read("tr31")
}

fn kbpk(bytes: &[u8], block: &str) -> Result<Kbpk, Error> {
    let algorithm =
        if matches!(block.as_bytes().first(), Some(b'D' | b'E')) { Algorithm::Aes } else { Algorithm::Tdes };
    Kbpk::new(&KeyMaterial::new(bytes), algorithm)
}

fn kbpk_of(vector: &Vector<'_>) -> Kbpk {
    kbpk(&vector.bytes("kbpk"), vector.text("key_block")).expect("a KBPK")
}

fn random() -> Generator {
    Generator::from_seed([3; 32])
}

#[test]
fn published_blocks_open_to_their_keys() {
    for vector in tr31().list("vectors") {
        let (header, key) = unwrap(&kbpk_of(&vector), vector.text("key_block").as_bytes(), true).expect("opens");
        assert_eq!(key.expose(), vector.bytes("key"), "{}", vector.text("id"));
        assert_eq!(header.version().letter().to_string(), vector.text("version"));
    }
}

#[test]
fn published_blocks_are_made_again_to_the_letter() {
    for vector in tr31().list("vectors") {
        let id = vector.text("id");
        let block = vector.text("key_block");
        let kbpk = kbpk_of(&vector);
        let (header, key) = unwrap(&kbpk, block.as_bytes(), true).expect(id);
        let mut payload = u16::try_from(key.len() * 8).expect("short").to_be_bytes().to_vec();
        payload.extend_from_slice(key.expose());
        payload.extend_from_slice(&vector.bytes("padding"));
        payload.resize(payload.len() + header.version().mac_length(), 0);
        let mut sealed = Enciphered::new(&payload);
        let made = seal(&kbpk, &header, key.len(), header.version(), true, sealed.expose_mut()).expect(id);
        let made = String::from_utf8_lossy(made.as_bytes());
        assert!(block.eq_ignore_ascii_case(&made), "{id}: {made}");
    }
}

#[test]
fn lower_case_bodies_are_read_and_upper_case_is_written() {
    let vectors = tr31();
    let vector = vectors.list("vectors").find(|vector| vector.text("id") == "openemv-11").expect("the vector");
    let block = vector.text("key_block");
    let lower = [&block[..16], &block[16..].to_ascii_lowercase()].concat();
    let (header, key) = unwrap(&kbpk_of(&vector), lower.as_bytes(), false).expect("opens");
    let made =
        wrap(&kbpk_of(&vector), &header, &key, Version::D, Padding::Hidden, false, &mut random()).expect("wraps");
    let made = made.as_bytes();
    assert!(made.iter().all(|byte| !byte.is_ascii_lowercase()));
}

#[test]
fn the_keys_of_a_block_are_those_published() {
    for vector in tr31().list("vectors") {
        let kbpk = kbpk_of(&vector);
        let probe = vector.bytes("kbek");
        let expected = check_value_of(kbpk.algorithm(), &probe);
        let version = Header::parse(vector.text("key_block").as_bytes()).expect("parses").version();
        let keys = keys_for(&kbpk, version).expect("keys");
        let mut zero = [0; 16];
        with_keys!(keys, pair => protect::encrypt_zero(pair, &mut zero));
        assert_eq!(zero[..expected.len()], expected, "{}", vector.text("id"));
    }
}

/// The block of zeros enciphered, by the other code path.
fn check_value_of(algorithm: Algorithm, key: &[u8]) -> Vec<u8> {
    let cipher = crate::cipher::BlockCipher::new(algorithm, &KeyMaterial::new(key)).expect("a cipher");
    let mut zero = vec![0; cipher.block_length()];
    cipher.encrypt_ecb(&mut zero).expect("whole");
    zero
}

#[test]
fn headers_that_can_only_be_read_are_read() {
    for vector in tr31().list("decode_only") {
        let block = vector.text("key_block");
        let header = Header::parse(block.as_bytes()).expect("parses");
        let template = header.template();
        assert_eq!(template[16..], block.as_bytes()[16..template.len()]);
        let again = Header::parse_template(&template).expect("a template");
        assert_eq!(again, header);
    }
}

#[test]
fn defective_publications_are_refused() {
    let vectors = tr31();
    let blocks: Vec<_> =
        vectors.list("known_bad_publications").filter(|vector| vector.find("key_block").is_some()).collect();
    assert!(!blocks.is_empty());
    for vector in blocks {
        assert!(matches!(
            unwrap(&kbpk_of(&vector), vector.text("key_block").as_bytes(), true),
            Err(Error::Malformed(_) | Error::KeyBlockInvalid)
        ));
    }
}

#[test]
fn broken_blocks_are_refused_and_those_broken_inside_alike() {
    for vector in tr31().list("negative_unwrap/cases") {
        let (block, reason) = (vector.text("key_block"), vector.text("reason"));
        let opened = kbpk(&vector.bytes("kbpk"), block).and_then(|kbpk| unwrap(&kbpk, block.as_bytes(), true));
        let error = opened.expect_err(reason);
        let expected = match reason {
            _ if reason.starts_with("KBPK") => matches!(error, Error::KbpkLength),
            _ if reason.contains("doesn't match generated") => error == Error::KeyBlockInvalid,
            _ if reason.starts_with("Decrypted") => error == Error::KeyBlockInvalid,
            _ => matches!(error, Error::Malformed(_)),
        };
        assert!(expected, "{reason}: {error:?}");
    }
}

#[test]
fn broken_headers_are_refused() {
    for vector in tr31().list("negative_header/cases") {
        let error = Header::parse_template(vector.text("header").as_bytes()).expect_err(vector.text("reason"));
        assert!(matches!(error, Error::Malformed(_)), "{}: {error:?}", vector.text("reason"));
    }
}

#[test]
fn the_length_shown_is_that_of_the_longest_key() {
    for vector in tr31().list("length_obfuscation/cases") {
        let version = Header::parse_template(format!("{}0000D0{}B00E0000", vector.text("version"), "T").as_bytes());
        let version = version.expect("a header").version();
        let header = format!("{}0000D0{}B00E0000", vector.text("version"), vector.text("algorithm"));
        let header = Header::parse_template(header.as_bytes()).expect("a header");
        let kbpk = Kbpk::new(&KeyMaterial::new(&[0x5A; 16]), version.algorithm()).expect("a KBPK");
        let key_length = usize::try_from(vector.number("key_len")).expect("a length");
        let key = KeyMaterial::new(&vec![0x11; key_length]);
        let masked = vector.find("masked_key_len").map(|_| vector.number("masked_key_len"));
        // We mask to the maximum of the algorithm or not at all.
        let most = longest(header.attributes().algorithm).max(key.len());
        let padding = match masked {
            None => Padding::Hidden,
            Some(length) if usize::try_from(length) == Ok(most) => Padding::Hidden,
            Some(length) if usize::try_from(length).is_ok_and(|length| length > key_length) => continue,
            Some(_) => Padding::Minimal,
        };
        let made = wrap(&kbpk, &header, &key, version, padding, true, &mut random()).expect("wraps");
        let made = made.as_bytes();
        assert_eq!(i64::try_from(made.len()), Ok(vector.number("block_len")), "{vector:?}");
    }
}

#[test]
fn any_changed_character_is_noticed() {
    let vectors = tr31();
    for id in ["openemv-2", "openemv-5", "openemv-11", "openemv-9", "psec-known-15"] {
        let vector = vectors.list("vectors").find(|vector| vector.text("id") == id).expect("the vector");
        let kbpk = kbpk_of(&vector);
        let block = vector.text("key_block").as_bytes();
        for place in 0..block.len() {
            for change in [1, 2, 4, 8, 16, 32] {
                let mut changed = block.to_vec();
                changed[place] ^= change;
                if changed.eq_ignore_ascii_case(block) && place >= 16 {
                    continue;
                }
                assert!(unwrap(&kbpk, &changed, true).is_err(), "{id} {place} {change}");
            }
        }
        for length in 0..block.len() {
            assert!(matches!(unwrap(&kbpk, &block[..length], true), Err(Error::Malformed(_))), "{id} {length}");
        }
        let longer = [block, b"00000000000000000000000000000000"].concat();
        assert!(matches!(unwrap(&kbpk, &longer, true), Err(Error::Malformed(_))));
    }
}

#[test]
fn every_nibble_of_mac_and_ciphertext_gives_the_same_error() {
    let vectors = tr31();
    for id in ["openemv-2", "openemv-3", "openemv-11", "openemv-9"] {
        let vector = vectors.list("vectors").find(|vector| vector.text("id") == id).expect("the vector");
        let block = vector.text("key_block").as_bytes();
        for place in 16..block.len() {
            let mut changed = block.to_vec();
            changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
            assert_eq!(unwrap(&kbpk_of(&vector), &changed, true).err(), Some(Error::KeyBlockInvalid), "{id} {place}");
        }
    }
}

#[test]
fn a_weaker_key_wraps_nothing_stronger_unless_allowed() {
    let header = Header::parse_template(b"B0000D0AB00E0000").expect("a header");
    let kbpk = Kbpk::new(&KeyMaterial::new(&[0x5A; 24]), Algorithm::Tdes).expect("a KBPK");
    let key = KeyMaterial::new(&[7; 16]);
    let refused = wrap(&kbpk, &header, &key, Version::B, Padding::Hidden, false, &mut random());
    assert_eq!(refused, Err(Error::WeakerWrapping));
    let made = wrap(&kbpk, &header, &key, Version::B, Padding::Hidden, true, &mut random()).expect("allowed");
    let made = made.as_bytes();
    assert_eq!(unwrap(&kbpk, made, false).err(), Some(Error::WeakerWrapping));
    assert!(unwrap(&kbpk, made, true).is_ok_and(|(_, opened)| opened == key));
}

#[test]
fn versions_and_protecting_keys_of_other_algorithms_do_not_go_together() {
    let header = Header::parse_template(b"D0000D0AB00E0000").expect("a header");
    let tdes = Kbpk::new(&KeyMaterial::new(&[0x5A; 24]), Algorithm::Tdes).expect("a KBPK");
    let key = KeyMaterial::new(&[7; 16]);
    let refused = wrap(&tdes, &header, &key, Version::D, Padding::Hidden, true, &mut random());
    assert_eq!(refused, Err(Error::KbpkAlgorithm));
    assert_eq!(Kbpk::new(&key, Algorithm::Hmac).err(), Some(Error::KbpkLength));
    assert_eq!(Kbpk::new(&KeyMaterial::new(&[1; 8]), Algorithm::Tdes).err(), Some(Error::KbpkLength));
}

#[test]
fn optional_blocks_are_kept_and_bound_again_under_another_key_and_version() {
    let text = b"B0000P0TB00E0300KS1800604B120F9292800000KP0C00000000LB0Ctest key";
    let header = Header::parse_template(text).expect("a header");
    header.validate().expect("legal");
    let key = KeyMaterial::new(&vectors::bytes("F039121BEC83D26B169BDCD5B22AAF8F"));
    for (algorithm, version, kcv) in [(Algorithm::Tdes, Version::B, "KP0C00"), (Algorithm::Aes, Version::D, "KP0C01")] {
        let material = KeyMaterial::new(&[0x5A; 24]);
        let kbpk = Kbpk::new(&material, algorithm).expect("a KBPK");
        let made = wrap(&kbpk, &header, &key, version, Padding::Hidden, false, &mut random()).expect("wraps");
        let made = made.as_bytes();
        let value = crate::key::check_value::check_value(algorithm, None, &material).digits(6);
        let made_text = String::from_utf8_lossy(made).into_owned();
        assert!(made_text.contains(&format!("{kcv}{value}LB0Ctest key")), "{made_text}");
        let (opened, again) = unwrap(&kbpk, made, false).expect("opens");
        assert_eq!((again, opened.attributes()), (key.clone(), header.attributes()));
        let mut tampered = made.to_vec();
        let place = made_text.find("test key").expect("the label");
        tampered[place] = b'b';
        assert_eq!(unwrap(&kbpk, &tampered, false).err(), Some(Error::KeyBlockInvalid));
    }
}

#[test]
fn a_long_optional_block_is_read_in_both_spellings_and_written_in_one() {
    let data = "A".repeat(300);
    let standard = format!("D0000S0RS00E0100CT0004{:04X}{data}", 310);
    let in_bytes = format!("D0000S0RS00E0100CT0002{:04X}{data}", 310);
    let header = Header::parse_template(standard.as_bytes()).expect("as X9.143 says");
    assert_eq!(Header::parse_template(in_bytes.as_bytes()), Ok(header.clone()));
    assert_eq!(header.template(), standard.as_bytes());
}

#[test]
fn padding_is_random() {
    let header = Header::parse_template(b"D0000D0AB00E0000").expect("a header");
    let kbpk = Kbpk::new(&KeyMaterial::new(&[0x5A; 32]), Algorithm::Aes).expect("a KBPK");
    let key = KeyMaterial::new(&[7; 16]);
    let mut random = random();
    let [first, second] =
        [(); 2].map(|()| wrap(&kbpk, &header, &key, Version::D, Padding::Hidden, false, &mut random).expect("wraps"));
    assert_ne!(first, second);
    assert_eq!(header.attributes().usage, Usage::D0);
}

/// A header may come from inside a token, and is given out in replies.
#[test]
fn an_optional_block_cannot_break_a_reply() {
    for (data, is_legal) in [("];AX", false), ("[xxx", false), ("x;xx", false), ("x xx", true)] {
        let template = format!("D0000D0AB00E0100Z008{data}");
        assert_eq!(Header::parse_template(template.as_bytes()).is_ok(), is_legal, "{data}");
    }
}
