//! Wrapping and unwrapping, ready to be repeated.

use engine::key::derive::Kbpk;
use engine::key::key_block::{self, Header, Padding, Version};
use engine::key::{Algorithm, KeyMaterial};
use engine::random::{self, Generator};
use protocol::field::key::KeyBlockText;

use crate::floor::Floor;

/// One combination of version, protecting key and key.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Version of the key block.
    pub version: Version,
    /// Bytes of the key block protection key.
    pub kbpk: usize,
    /// Algorithm of the key.
    pub algorithm: Algorithm,
    /// Bytes of the key.
    pub key: usize,
}

impl Case {
    /// Every version with every length of its protecting key and of the keys that these may wrap.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut cases = Vec::new();
        for version in [Version::A, Version::B, Version::C, Version::D, Version::E] {
            let is_aes = version.algorithm() == Algorithm::Aes;
            let kbpks: &[usize] = if is_aes { &[16, 24, 32] } else { &[16, 24] };
            for kbpk in kbpks {
                for key in [16, 24].into_iter().filter(|key| is_aes || key <= kbpk) {
                    cases.push(Self { version, kbpk: *kbpk, algorithm: Algorithm::Tdes, key });
                }
                for key in [16, 24, 32].into_iter().filter(|key| is_aes && key <= kbpk) {
                    cases.push(Self { version, kbpk: *kbpk, algorithm: Algorithm::Aes, key });
                }
            }
        }
        cases
    }

    /// The case that most traffic is: version D, AES-256 under AES-256.
    #[must_use]
    pub fn main() -> Self {
        Self { version: Version::D, kbpk: 32, algorithm: Algorithm::Aes, key: 32 }
    }

    /// Its name in a report.
    #[must_use]
    pub fn name(&self) -> String {
        let algorithm = if self.algorithm == Algorithm::Aes { "AES" } else { "TDES" };
        format!("{}/kbpk {}/{algorithm} {}", self.version.letter(), self.kbpk * 8, self.key * 8)
    }

    /// Cipher blocks that wrapping or unwrapping needs with everything derived beforehand: those of the MAC and those
    /// of the payload.
    #[must_use]
    pub fn blocks(&self) -> usize {
        let block = if self.version.algorithm() == Algorithm::Aes { 16 } else { 8 };
        let hidden = if self.algorithm == Algorithm::Aes { 34 } else { 26 };
        let payload = usize::div_ceil(hidden, block);
        16 / block + payload + payload
    }
}

/// A case with its keys, schedules and a block to open.
#[derive(Debug)]
pub struct Work {
    kbpk: Kbpk,
    header: Header,
    key: KeyMaterial,
    random: Generator,
    block: KeyBlockText,
    version: Version,
}

impl Work {
    /// Makes a case ready; everything that is derived once is derived.
    ///
    /// # Panics
    /// If the case cannot be wrapped.
    #[must_use]
    pub fn new(case: Case) -> Self {
        let kbpk = Kbpk::new(&KeyMaterial::new(&vec![0x5A; case.kbpk]), case.version.algorithm());
        let header = format!("{}0000D0{}B00E0000", case.version.letter(), case.algorithm.letter());
        let mut work = Self {
            kbpk: kbpk.expect("a key block protection key"),
            header: Header::parse_template(header.as_bytes()).expect("a header"),
            key: KeyMaterial::with_length(case.key, |place| random::fill(&mut Generator::from_seed([2; 32]), place)),
            random: Generator::from_seed([1; 32]),
            block: KeyBlockText::new(b""),
            version: case.version,
        };
        work.block = work.wrap();
        work
    }

    /// Wraps the key once, padding and digits included.
    ///
    /// # Panics
    /// If that fails.
    pub fn wrap(&mut self) -> KeyBlockText {
        let Self { kbpk, header, key, random, version, .. } = self;
        key_block::wrap(kbpk, header, key, *version, Padding::Hidden, true, random).expect("wraps")
    }

    /// Opens the block once, digits included.
    ///
    /// # Panics
    /// If that fails.
    #[must_use]
    pub fn unwrap(&self) -> usize {
        let (_, key) = key_block::unwrap(&self.kbpk, self.block.as_bytes(), true).expect("opens");
        key.len()
    }
}

/// The floor of a case.
#[must_use]
pub fn floor(case: Case) -> Floor {
    Floor::new(case.version.algorithm() == Algorithm::Aes, case.kbpk)
}
