//! Known answers, computed when the HSM starts: it serves nothing unless all of them are right (after FIPS 140-3,
//! section 7.10).

use hkdf::Hkdf;
use protocol::hex;
use sha2::Sha256;

use crate::cipher::BlockCipher;
use crate::hash::{self, Hash};
use crate::key::derive::Kbpk;
use crate::key::{Algorithm, KeyMaterial, key_block};
use crate::mac;
use crate::random::{self, Generator};

/// A wrong answer: this machine or this build must not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("self-test failed: {test}; do not use this build on this machine")]
pub struct Failure {
    /// Which test.
    pub test: &'static str,
}

/// Runs every test.
///
/// # Errors
/// The first [`Failure`].
pub fn run() -> Result<(), Failure> {
    for (test, algorithm, key, clear, enciphered) in CIPHERS {
        ensure(test, cipher(*algorithm, key, clear, enciphered))?;
    }
    for (test, function, digest) in HASHES {
        ensure(test, hash::digest(*function, b"abc").as_bytes() == bytes(digest))?;
    }
    for (test, algorithm, key, message, expected) in CMACS {
        let made = mac::cmac(*algorithm, &material(key), &bytes(message));
        ensure(test, made.is_ok_and(|made| made.expose() == bytes(expected)))?;
    }
    let made = mac::hmac(Hash::Sha256, &material("4A656665"), b"what do ya want for nothing?");
    let expected = "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843";
    ensure("HMAC-SHA-256", made.is_ok_and(|made| made.expose() == bytes(expected)))?;
    ensure("HKDF-SHA-256", hkdf())?;
    for (test, algorithm, kbpk, block, key) in KEY_BLOCKS {
        let kbpk = Kbpk::new(&material(kbpk), *algorithm);
        let opened = kbpk.and_then(|kbpk| key_block::unwrap(&kbpk, block.as_bytes(), false));
        ensure(test, opened.is_ok_and(|(_, opened)| opened == material(key)))?;
    }
    ensure("random generator", generator())
}

fn ensure(test: &'static str, right: bool) -> Result<(), Failure> {
    if right { Ok(()) } else { Err(Failure { test }) }
}

fn cipher(algorithm: Algorithm, key: &str, clear: &str, enciphered: &str) -> bool {
    let Ok(cipher) = BlockCipher::new(algorithm, &material(key)) else { return false };
    let mut data = bytes(clear);
    let there = cipher.encrypt_ecb(&mut data).is_ok() && data == bytes(enciphered);
    there && cipher.decrypt_ecb(&mut data).is_ok() && data == bytes(clear)
}

fn hkdf() -> bool {
    let secret = bytes("0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B");
    let mut made = [0; 42];
    let derived = Hkdf::<Sha256>::new(Some(&bytes("000102030405060708090A0B0C")), &secret)
        .expand(&bytes("F0F1F2F3F4F5F6F7F8F9"), &mut made);
    let expected = "3CB25F25FAACD57A90434F64D0362F2A2D2D0A90CF1A5A4C5DB02D56ECC4C5BF34007208D5B887185865";
    derived.is_ok() && made.as_slice() == bytes(expected)
}

/// Equal seeds give equal streams, other seeds others, and a stream does not repeat its first blocks.
fn generator() -> bool {
    let stream = |seed| {
        let mut bytes = [0; 64];
        random::fill(&mut Generator::from_seed([seed; 32]), &mut bytes);
        bytes
    };
    let [first, again, other] = [1, 1, 2].map(stream);
    first == again && first != other && first[..32] != first[32..]
}

fn bytes(digits: &str) -> Vec<u8> {
    let mut bytes = vec![0; digits.len() / 2];
    // A constant with a wrong digit fails its test.
    if hex::decode(digits.as_bytes(), &mut bytes) { bytes } else { Vec::new() }
}

fn material(digits: &str) -> KeyMaterial {
    KeyMaterial::new(&bytes(digits))
}

/// FIPS 197 appendix C, SP 800-67 appendix B.
const CIPHERS: &[(&str, Algorithm, &str, &str, &str)] = &[
    (
        "AES-128",
        Algorithm::Aes,
        "000102030405060708090A0B0C0D0E0F",
        "00112233445566778899AABBCCDDEEFF",
        "69C4E0D86A7B0430D8CDB78070B4C55A",
    ),
    (
        "AES-192",
        Algorithm::Aes,
        "000102030405060708090A0B0C0D0E0F1011121314151617",
        "00112233445566778899AABBCCDDEEFF",
        "DDA97CA4864CDFE06EAF70A0EC0D7191",
    ),
    (
        "AES-256",
        Algorithm::Aes,
        "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
        "00112233445566778899AABBCCDDEEFF",
        "8EA2B7CA516745BFEAFC49904B496089",
    ),
    (
        "triple DES",
        Algorithm::Tdes,
        "0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123",
        "54686520717566636B2062726F776E20666F78206A756D70",
        "A826FD8CE53B855FCCE21C8112256FE668D5C05DD9B6B900",
    ),
];

/// FIPS 180-4, the message "abc".
const HASHES: &[(&str, Hash, &str)] = &[
    ("SHA-1", Hash::Sha1, "A9993E364706816ABA3E25717850C26C9CD0D89D"),
    ("SHA-224", Hash::Sha224, "23097D223405D8228642A477BDA255B32AADBCE4BDA0B3F7E36C9DA7"),
    ("SHA-256", Hash::Sha256, "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"),
    (
        "SHA-384",
        Hash::Sha384,
        "CB00753F45A35E8BB5A03D699AC65007272C32AB0EDED1631A8B605A43FF5BED8086072BA1E7CC2358BAECA134C825A7",
    ),
    (
        "SHA-512",
        Hash::Sha512,
        "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A2192992A274FC1A836BA3C23A3FEEBBD\
         454D4423643CE80E2A9AC94FA54CA49F",
    ),
];

/// SP 800-38B appendix D.
const CMACS: &[(&str, Algorithm, &str, &str, &str)] = &[
    (
        "AES CMAC",
        Algorithm::Aes,
        "603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4",
        "6BC1BEE22E409F96E93D7E117393172A",
        "28A7023F452E8F82BD4BF28D8C37C35C",
    ),
    (
        "triple DES CMAC",
        Algorithm::Tdes,
        "8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5",
        "6BC1BEE22E409F96E93D7E117393172AAE2D8A57",
        "743DDBE0CE2DC2ED",
    ),
];

/// TR-31:2018 A.7.2.2, X9.143:2021 8.1, ISO 20038:2017 B.2.
const KEY_BLOCKS: &[(&str, Algorithm, &str, &str, &str)] = &[
    (
        "key block, version B",
        Algorithm::Tdes,
        "DD7515F2BFC17F85CE48F3CA25CB21F6",
        "B0080P0TE00E000094B420079CC80BA3461F86FE26EFC4A3B8E4FA4C5F5341176EED7B727B8A248E",
        "3F419E1CB7079442AA37474C2EFBF8B8",
    ),
    (
        "key block, version D",
        Algorithm::Aes,
        "88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6",
        "D0144P0AE00E00002C77FA3F4A553BED6E88AE5C172A4166E3D4ACA8E2AC71C158A476FAC12C13C3829DE55D3AB54C48F4C4FEF7AC75E90F\
         C47F1B77E7B19A73ED46E64410082557",
        "3F419E1CB7079442AA37474C2EFBF8B8",
    ),
    (
        "key block, version E",
        Algorithm::Aes,
        "3235362D62697420414553207772617070696E67202849534F20323030333829",
        "E0084B0TV16N0000B2AE5E26BBA7F246E84D5EA24167E208A6B66EF2E27E55A52DB52F0AEACB94C57547",
        "777261707065642033444553206B6579",
    ),
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_answer_is_right() {
        assert_eq!(super::run(), Ok(()));
    }
}
