//! Where the parts of a key block lie.

use super::{Header, LONGEST};
use crate::key::Error;
use crate::key::key_block::header::HEADER;

/// The parts of a block that keeps every rule that can be seen without its key.
pub(super) struct Layout<'a> {
    pub(super) header: Header,
    /// Header and optional blocks, as the MAC covers them.
    pub(super) bound: &'a [u8],
    /// Hexadecimal digits of the enciphered payload and of the MAC.
    pub(super) digits: &'a [u8],
}

impl<'a> Layout<'a> {
    #[inline(always)]
    pub(super) fn parse(block: &'a [u8]) -> Result<Self, Error> {
        let (header, rest) = Header::parse_start(block)?;
        let length = length(&block[1..5])?;
        if length != block.len() || length > LONGEST {
            return Err(Error::Malformed("its length field does not say how long it is"));
        }
        let version = header.version();
        let bound = &block[..block.len() - rest.len()];
        let payload = rest.len().checked_sub(version.mac_length() * 2);
        let payload = payload.ok_or(Error::Malformed("it is too short to hold its MAC"))?;
        if !block.len().is_multiple_of(version.block_unit()) {
            return Err(Error::Malformed("its length is not a multiple of 8 characters (A, B, C) or 16 (D)"));
        }
        if payload == 0 || !payload.is_multiple_of(version.payload_unit() * 2) {
            return Err(Error::Malformed("the enciphered key is not whole blocks"));
        }
        debug_assert!(bound.len() >= HEADER);
        Ok(Self { header, bound, digits: rest })
    }
}

fn length(digits: &[u8]) -> Result<usize, Error> {
    let is_number = digits.iter().all(u8::is_ascii_digit);
    let length = digits.iter().fold(0, |length, digit| length * 10 + usize::from(digit & 0x0F));
    if is_number { Ok(length) } else { Err(Error::Malformed("its length field is not four decimal digits")) }
}
