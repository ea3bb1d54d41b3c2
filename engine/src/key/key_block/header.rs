//! The header of a key block (X9.143 section 6.2): version, attributes, optional blocks.

use std::borrow::Cow;

use super::LONGEST;
use super::optional_block::{OptionalBlock, PB};
use crate::hash::Hash;
use crate::key::check_value::check_value;
use crate::key::derive::{Kbpk, Method};
use crate::key::{Algorithm, Attributes, Error, Exportability, Mode, Usage};

/// Characters of a header without optional blocks.
pub(super) const HEADER: usize = 16;

/// The version of a key block: its first character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Version {
    /// Triple DES, variants, MAC over ciphertext. Deprecated.
    A = b'A',
    /// Triple DES, derivation, MAC over plaintext.
    B = b'B',
    /// As A, with another letter.
    C = b'C',
    /// AES, CBC.
    D = b'D',
    /// AES, counter mode (ISO 20038).
    E = b'E',
}

impl Version {
    /// Its letter.
    #[must_use]
    pub const fn letter(self) -> char {
        self as u8 as char
    }

    const fn from_letter(letter: u8) -> Option<Self> {
        Some(match letter {
            b'A' => Self::A,
            b'B' => Self::B,
            b'C' => Self::C,
            b'D' => Self::D,
            b'E' => Self::E,
            _ => return None,
        })
    }

    /// The algorithm of the keys that protect it.
    #[must_use]
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::A | Self::B | Self::C => Algorithm::Tdes,
            Self::D | Self::E => Algorithm::Aes,
        }
    }

    pub(super) const fn method(self) -> Method {
        match self {
            Self::A | Self::C => Method::Variant,
            Self::B | Self::D => Method::Bound,
            Self::E => Method::Counter,
        }
    }

    /// Bytes of the MAC.
    pub(super) const fn mac_length(self) -> usize {
        match self {
            Self::A | Self::C => 4,
            Self::B => 8,
            Self::D | Self::E => 16,
        }
    }

    /// The payload is a multiple of so many bytes.
    pub(super) const fn payload_unit(self) -> usize {
        match self {
            Self::A | Self::B | Self::C => 8,
            Self::D => 16,
            Self::E => 1,
        }
    }

    /// The whole block is a multiple of so many characters.
    pub(super) const fn block_unit(self) -> usize {
        match self {
            Self::A | Self::B | Self::C => 8,
            Self::D => 16,
            Self::E => 2,
        }
    }

    /// The optional blocks together are a multiple of so many characters.
    const fn optional_unit(self) -> usize {
        match self {
            Self::A | Self::B | Self::C => 8,
            Self::D | Self::E => 16,
        }
    }
}

/// A header: version, attributes and optional blocks, all of which a key block binds to its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    version: Version,
    attributes: Attributes,
    blocks: Vec<OptionalBlock>,
}

impl Header {
    /// A header without optional blocks.
    #[must_use]
    pub(crate) fn of_attributes(version: Version, attributes: Attributes) -> Self {
        Self { version, attributes, blocks: Vec::new() }
    }

    /// The header of a whole key block.
    ///
    /// # Errors
    /// [`Error::Malformed`] naming the rule that is broken.
    pub fn parse(block: &[u8]) -> Result<Self, Error> {
        super::Layout::parse(block).map(|layout| layout.header)
    }

    /// A header by itself, whose length field says nothing.
    ///
    /// # Errors
    /// [`Error::Malformed`] naming the rule that is broken.
    pub fn parse_template(text: &[u8]) -> Result<Self, Error> {
        let (header, rest) = Self::parse_start(text)?;
        if !text[1..5].iter().all(u8::is_ascii_digit) {
            return Err(Error::Malformed("its length field is not four decimal digits; 0000 in a template"));
        }
        if !rest.is_empty() {
            return Err(Error::Malformed("characters follow the header; is the number of optional blocks right?"));
        }
        Ok(header)
    }

    /// The header at the beginning of `text`, and what follows it. Its length field is not looked at.
    #[inline(always)]
    pub(super) fn parse_start(text: &[u8]) -> Result<(Self, &[u8]), Error> {
        let (header, rest) = text.split_first_chunk().ok_or(Error::Malformed("a header has 16 characters"))?;
        Self::parse_parts(header, rest).map_err(|error| {
            // Whatever else is wrong then, it is no header at all.
            let is_text = header.iter().all(u8::is_ascii_alphanumeric);
            if is_text { error } else { Error::Malformed("its header holds other characters than letters and digits") }
        })
    }

    #[inline(always)]
    fn parse_parts<'a>(header: &[u8; HEADER], mut rest: &'a [u8]) -> Result<(Self, &'a [u8]), Error> {
        let version = Version::from_letter(header[0]);
        let version = version.ok_or(Error::Malformed("its version is not one of A, B, C, D, E"))?;
        let attributes = Attributes::parse(header)?;
        if !attributes.key_version.iter().all(u8::is_ascii_alphanumeric) {
            return Err(Error::Malformed("the key version is not two letters or digits"));
        }
        let (tens, ones) = (header[12], header[13]);
        if !(tens.is_ascii_digit() && ones.is_ascii_digit()) {
            return Err(Error::Malformed("its number of optional blocks is not two decimal digits"));
        }
        if header[15] != b'0' {
            return Err(Error::Malformed("its last, reserved character is not 0"));
        }
        let count = (tens - b'0') * 10 + (ones - b'0');
        let mut blocks: Vec<OptionalBlock> = Vec::new();
        for _ in 0..count {
            let (block, after) = OptionalBlock::parse(rest)?;
            if blocks.iter().any(|known| known.id == block.id) {
                return Err(Error::Malformed("an optional block is given twice"));
            }
            if blocks.last().is_some_and(|last| last.id == PB) {
                return Err(Error::Malformed("an optional block follows the padding block PB"));
            }
            blocks.push(block);
            rest = after;
        }
        Ok((Self { version, attributes, blocks }, rest))
    }

    /// The header that a cryptogram's key is taken to have: all that its modifier says, free to leave in any form.
    pub(crate) fn of_cryptogram(usage: Usage, key_length: usize) -> Self {
        let mode = match usage {
            Usage::K0 | Usage::K1 | Usage::D0 | Usage::P0 => Mode::Both,
            Usage::M0 | Usage::M1 | Usage::M3 | Usage::M6 => Mode::MacBoth,
            _ => Mode::Any,
        };
        let algorithm = if key_length == 8 { Algorithm::Des } else { Algorithm::Tdes };
        let exportability = Exportability::Sensitive;
        let attributes = Attributes { usage, algorithm, mode, key_version: *b"00", exportability, context: b'0' };
        Self { version: Version::B, attributes, blocks: Vec::new() }
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Its attributes.
    #[must_use]
    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// The same optional blocks with other attributes.
    #[must_use]
    pub fn with_attributes(&self, attributes: Attributes) -> Self {
        Self { attributes, ..self.clone() }
    }

    /// Whether it has optional blocks.
    #[must_use]
    pub fn has_optional_blocks(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// Every rule of what we write: attributes that go together, optional blocks of their form, HM for an HMAC key.
    ///
    /// # Errors
    /// [`Error::Attributes`], [`Error::Malformed`]
    pub fn validate(&self) -> Result<(), Error> {
        self.attributes.validate()?;
        if self.attributes.usage == Usage::M7 && self.block(*b"HM").is_none() {
            return Err(Error::Malformed(
                "a key of usage M7 needs the optional block HM, which names its hash function",
            ));
        }
        self.blocks.iter().try_for_each(OptionalBlock::validate)
    }

    /// The hash function of an HMAC key; `None` where no optional block HM names one.
    ///
    /// # Errors
    /// [`Error::AlgorithmUnsupported`] for one that is not served.
    pub fn hash(&self) -> Result<Option<Hash>, Error> {
        self.block(*b"HM").map(OptionalBlock::hash).transpose()
    }

    fn block(&self, id: [u8; 2]) -> Option<&OptionalBlock> {
        self.blocks.iter().find(|block| block.id == id)
    }

    /// The header as a template: length 0000, optional blocks as they are.
    #[must_use]
    pub fn template(&self) -> Vec<u8> {
        let mut out = self.attributes.header(self.version, *b"0000", decimal(self.blocks.len())).to_vec();
        self.blocks.iter().for_each(|block| block.write(&mut out));
        out
    }

    /// The 16 characters of the template, without optional blocks.
    #[must_use]
    pub fn summary(&self) -> String {
        String::from_utf8_lossy(&self.attributes.header(self.version, *b"0000", *b"00")).into_owned()
    }

    /// The optional blocks as they stand in a block of this version under `kbpk`.
    pub(super) fn blocks_under(&self, kbpk: &Kbpk, version: Version) -> Cow<'_, [OptionalBlock]> {
        if self.blocks.is_empty() {
            return Cow::Borrowed(&self.blocks);
        }
        Cow::Owned(rebind(&self.blocks, kbpk, version))
    }

    /// The 16 characters in front of `blocks` optional blocks, for a whole block of `length` characters.
    pub(super) fn front(&self, version: Version, length: usize, blocks: usize) -> Result<[u8; HEADER], Error> {
        if length > LONGEST || blocks > 99 {
            return Err(Error::TooLong);
        }
        let [hundreds, ones] = [length / 100, length % 100].map(decimal);
        let length = [hundreds[0], hundreds[1], ones[0], ones[1]];
        Ok(self.attributes.header(version, length, decimal(blocks)))
    }
}

/// The optional blocks as they stand under another key: KP says the check value of that key, and PB fills to the units
/// of this version.
fn rebind(blocks: &[OptionalBlock], kbpk: &Kbpk, version: Version) -> Vec<OptionalBlock> {
    let mut blocks = blocks.to_vec();
    for block in blocks.iter_mut().filter(|block| block.id == *b"KP") {
        block.data = kbpk_check_value(&block.data, kbpk);
    }
    let unit = version.optional_unit();
    let length = |blocks: &[OptionalBlock]| blocks.iter().map(OptionalBlock::length).sum::<usize>();
    if !length(&blocks).is_multiple_of(unit) {
        blocks.retain(|block| block.id != PB);
        let missing = length(&blocks).next_multiple_of(unit) - length(&blocks);
        match missing {
            0 => {}
            1..4 => blocks.push(OptionalBlock::filler(missing + unit)),
            _ => blocks.push(OptionalBlock::filler(missing)),
        }
    }
    blocks
}

/// The data of KP for this key, with as many digits as before where the method has them.
fn kbpk_check_value(old: &[u8], kbpk: &Kbpk) -> Box<[u8]> {
    let method: &[u8] = if kbpk.algorithm() == Algorithm::Aes { b"01" } else { b"00" };
    let digits = u8::try_from(old.len().saturating_sub(2)).unwrap_or(6);
    let value = check_value(kbpk.algorithm(), None, kbpk.material()).digits(digits);
    [method, value.as_bytes()].concat().into()
}

/// Two decimal digits of a number below 100.
fn decimal(number: usize) -> [u8; 2] {
    const PAIRS: [[u8; 2]; 100] = {
        let mut pairs = [*b"00"; 100];
        let (mut place, mut tens) = (0, b'0');
        while tens <= b'9' {
            let mut ones = b'0';
            while ones <= b'9' {
                pairs[place] = [tens, ones];
                place += 1;
                ones += 1;
            }
            tens += 1;
        }
        pairs
    };
    PAIRS[number % 100]
}
