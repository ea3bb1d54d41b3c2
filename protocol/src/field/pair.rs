//! Asymmetric keys as they are named in a value (wire.md B.3.1).

use super::Value;
use super::data::parse_hex;
use super::key::{KeyBlockText, parse_key_block};
use super::number::{SlotNumber, parse_decimal};
use crate::buffer::Buffer;
use crate::hex;

/// A key pair: a slot of the asymmetric table, or the key block of its private key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PairRef {
    /// A decimal number.
    Slot(SlotNumber),
    /// A whole key block, kept as received.
    KeyBlock(KeyBlockText),
}

impl Value<'_> for PairRef {
    const SHAPE: &'static str = "a slot of the asymmetric table, or the key block of a private key";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        match slot(value) {
            Some(slot) => Ok(Self::Slot(slot)),
            None => parse_key_block(value)
                .map(|block| Self::KeyBlock(block.into()))
                .map_err(|_| "must be a slot of the asymmetric table, or the key block of a private key"),
        }
    }

    fn write(&self, out: &mut Buffer) {
        match self {
            Self::Slot(slot) => slot.write(out),
            Self::KeyBlock(block) => out.extend_from_slice(block.as_bytes()),
        }
    }
}

/// Where a new key goes: to a slot of the asymmetric table, or back to whoever asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// `NONE`
    Return,
    /// A decimal number.
    Slot(SlotNumber),
}

impl Value<'_> for Target {
    const SHAPE: &'static str = "a slot of the asymmetric table, or NONE to be given the key";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        if value == b"NONE" {
            return Ok(Self::Return);
        }
        slot(value).map(Self::Slot).ok_or("must be a slot of the asymmetric table, or NONE to be given the key")
    }

    fn write(&self, out: &mut Buffer) {
        match self {
            Self::Return => out.extend_from_slice(b"NONE"),
            Self::Slot(slot) => slot.write(out),
        }
    }
}

/// A trusted public key: a slot of the asymmetric table, or the bytes that the HSM gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TrustedRef {
    /// A decimal number.
    Slot(SlotNumber),
    /// What `SD` and `RD` of AVPC hold.
    Bound(Box<[u8]>),
}

/// Bytes of the shortest trusted public key; its digits are more than those of any slot.
const SHORTEST: usize = 64;

impl Value<'_> for TrustedRef {
    const SHAPE: &'static str = "a slot of the asymmetric table, or a trusted public key in hexadecimal";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        let rule = "must be a slot of the asymmetric table, or a trusted public key in hexadecimal";
        match slot(value) {
            Some(slot) => Ok(Self::Slot(slot)),
            None if value.len() < 2 * SHORTEST => Err(rule),
            None => parse_hex::<16>(value).map(|bytes| Self::Bound(bytes.expose().into())).map_err(|_| rule),
        }
    }

    fn write(&self, out: &mut Buffer) {
        match self {
            Self::Slot(slot) => slot.write(out),
            Self::Bound(bytes) => hex::write(bytes, out),
        }
    }
}

/// One to five decimal digits.
fn slot(value: &[u8]) -> Option<SlotNumber> {
    if value.len() > 5 {
        return None;
    }
    parse_decimal(value).and_then(SlotNumber::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_digits_are_a_slot_and_many_a_key() {
        assert!(matches!(PairRef::parse(b"12"), Ok(PairRef::Slot(slot)) if slot.value() == 12));
        assert!(matches!(PairRef::parse(b"D0016S0RN00N0000FF"), Ok(PairRef::KeyBlock(_))));
        assert!(matches!(TrustedRef::parse(b"24"), Ok(TrustedRef::Slot(slot)) if slot.value() == 24));
        assert!(
            matches!(TrustedRef::parse("01".repeat(64).as_bytes()), Ok(TrustedRef::Bound(bytes)) if bytes.len() == 64)
        );
        assert_eq!(Target::parse(b"NONE"), Ok(Target::Return));
        for wrong in ["", "123456", "BD12", "none", "-1"] {
            assert!(PairRef::parse(wrong.as_bytes()).is_err(), "{wrong}");
            assert!(TrustedRef::parse(wrong.as_bytes()).is_err(), "{wrong}");
            assert!(Target::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
