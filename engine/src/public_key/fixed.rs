//! Keys that are so many bytes behind a fixed start in DER: those of Ed25519 (RFC 8410), ML-DSA (RFC 9881) and ML-KEM
//! (RFC 9935).
//!
//! A private key of Ed25519 and of ML-DSA is its seed. One of ML-KEM is the expanded key, as AWS-LC gives and takes no seed.

use aws_lc_rs::digest;
use curve25519_dalek::edwards::CompressedEdwardsY;

use super::{Kind, MlDsa, MlKem};

/// How the keys of one kind stand in DER.
pub(super) struct Form {
    pub(super) kind: Kind,
    /// What stands before the public key in a SubjectPublicKeyInfo.
    pub(super) spki: &'static [u8],
    /// Bytes of the public key.
    pub(super) public: usize,
    /// What stands before the private key in a PrivateKeyInfo.
    pub(super) pkcs8: &'static [u8],
    /// Bytes of the private key.
    pub(super) private: usize,
}

const FORMS: [Form; 7] = [
    Form {
        kind: Kind::Ed25519,
        spki: b"\x30\x2A\x30\x05\x06\x03\x2B\x65\x70\x03\x21\x00",
        public: 32,
        pkcs8: b"\x30\x2E\x02\x01\x00\x30\x05\x06\x03\x2B\x65\x70\x04\x22\x04\x20",
        private: 32,
    },
    ml_dsa(MlDsa::Set44, &spki(3, 17, 1312), &seed(17), 1312),
    ml_dsa(MlDsa::Set65, &spki(3, 18, 1952), &seed(18), 1952),
    ml_dsa(MlDsa::Set87, &spki(3, 19, 2592), &seed(19), 2592),
    ml_kem(MlKem::Set512, &spki(4, 1, 800), &expanded(1, 1632)),
    ml_kem(MlKem::Set768, &spki(4, 2, 1184), &expanded(2, 2400)),
    ml_kem(MlKem::Set1024, &spki(4, 3, 1568), &expanded(3, 3168)),
];

const fn ml_dsa(set: MlDsa, spki: &'static [u8], pkcs8: &'static [u8], public: usize) -> Form {
    Form { kind: Kind::MlDsa(set), spki, public, pkcs8, private: 32 }
}

const fn ml_kem(set: MlKem, spki: &'static [u8], pkcs8: &'static [u8]) -> Form {
    // FIPS 203 algorithm 16: twice the vector, the seed of the matrix, a digest and the value for rejection.
    let vector = 384 * set.rank();
    Form { kind: Kind::MlKem(set), spki, public: vector + 32, pkcs8, private: 2 * vector + 96 }
}

/// An AlgorithmIdentifier without parameters, of an algorithm below 2.16.840.1.101.3.4.
const fn identifier(arc: u8, number: u8) -> [u8; 13] {
    [0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, arc, number]
}

/// The start of a SubjectPublicKeyInfo: up to and with the bit string's count of unused bits.
const fn spki(arc: u8, number: u8, length: u16) -> [u8; 22] {
    let ([whole, wholes], [bits, bit]) = ((length + 18).to_be_bytes(), (length + 1).to_be_bytes());
    let [a, b, c, d, e, f, g, h, i, j, k, l, m] = identifier(arc, number);
    [0x30, 0x82, whole, wholes, a, b, c, d, e, f, g, h, i, j, k, l, m, 3, 0x82, bits, bit, 0]
}

/// The start of a PrivateKeyInfo of ML-DSA with a seed (RFC 9881 section 6).
const fn seed(number: u8) -> [u8; 22] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m] = identifier(3, number);
    [0x30, 0x34, 2, 1, 0, a, b, c, d, e, f, g, h, i, j, k, l, m, 4, 0x22, 0x80, 0x20]
}

/// The start of a PrivateKeyInfo of ML-KEM with an expanded key (RFC 9935 section 6).
const fn expanded(number: u8, length: u16) -> [u8; 28] {
    let ([whole, wholes], [outer, outers]) = ((length + 24).to_be_bytes(), (length + 4).to_be_bytes());
    let [inner, inners] = length.to_be_bytes();
    let [a, b, c, d, e, f, g, h, i, j, k, l, m] = identifier(4, number);
    #[rustfmt::skip]
    let start = [
        0x30, 0x82, whole, wholes, 2, 1, 0, a, b, c, d, e, f, g, h, i, j, k, l, m,
        4, 0x82, outer, outers, 4, 0x82, inner, inners,
    ];
    start
}

/// The form of a kind; `None` for those of RSA and of curves whose DER says more.
pub(super) fn of(kind: Kind) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.kind == kind)
}

/// The public key in a SubjectPublicKeyInfo.
pub(super) fn public(der: &[u8]) -> Option<(&'static Form, &[u8])> {
    let found = FORMS.iter().find_map(|form| Some((form, der.strip_prefix(form.spki)?)));
    found.filter(|(form, key)| key.len() == form.public)
}

/// The private key in a PrivateKeyInfo.
pub(super) fn private(der: &[u8]) -> Option<(&'static Form, &[u8])> {
    let found = FORMS.iter().find_map(|form| Some((form, der.strip_prefix(form.pkcs8)?)));
    found.filter(|(form, key)| key.len() == form.private)
}

/// Whether bytes of the right length are a public key of this kind.
pub(super) fn is_key(kind: Kind, public: &[u8]) -> bool {
    match kind {
        // A point of small order verifies signatures that nobody made. Its key is in the one form that RFC 8032 has.
        Kind::Ed25519 => {
            let point = CompressedEdwardsY::from_slice(public).ok().and_then(|it| it.decompress());
            point.is_some_and(|point| !point.is_small_order() && point.compress().as_bytes() == public)
        }
        // Every number of ten bits is a coefficient (FIPS 204 section 7.2).
        Kind::MlDsa(_) => true,
        Kind::MlKem(set) => public.len() == 384 * set.rank() + 32 && are_reduced(&public[..384 * set.rank()]),
        Kind::Rsa(_) | Kind::Ec(_) => false,
    }
}

/// The check of the modulus (FIPS 203 section 7.2): every number of twelve bits is below q.
fn are_reduced(vector: &[u8]) -> bool {
    const Q: u16 = 3329;
    vector.chunks_exact(3).all(|three| {
        let (low, middle, high) = (u16::from(three[0]), u16::from(three[1]), u16::from(three[2]));
        (low | (middle & 15) << 8) < Q && (middle >> 4 | high << 4) < Q
    })
}

/// The encapsulation key within an expanded key of ML-KEM, if the digest beside it is its own (FIPS 203 section 7.3).
pub(super) fn encapsulation_key(set: MlKem, expanded: &[u8]) -> Option<&[u8]> {
    let vector = 384 * set.rank();
    let key = expanded.get(vector..2 * vector + 32)?;
    let digest = expanded.get(2 * vector + 32..2 * vector + 64)?;
    (digest::digest(&digest::SHA3_256, key).as_ref() == digest).then_some(key)
}
