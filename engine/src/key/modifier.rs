//! Modifiers: what a cryptogram is for, worked into the key that wraps it (wire.md B.5.3, standards of the field).

use protocol::field::key::ModifierDigit;

use super::{KeyMaterial, Usage};

/// A modifier, 0 to 15: XOR of eight times its value into the first byte of each 8-byte part of the wrapping key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modifier(u8);

impl Modifier {
    /// None: the wrapping key itself.
    pub const NONE: Self = Self(0);
    /// Keys that wrap keys.
    pub const KEK: Self = Self(0);
    /// Keys for data.
    pub const DATA: Self = Self(2);
    /// Keys for MACs.
    pub const MAC: Self = Self(3);

    /// Its value.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }

    /// What keys under this modifier are for, the most usual first; empty where the meaning is the vendor's own.
    #[must_use]
    pub const fn usages(self) -> &'static [Usage] {
        match self.0 {
            0 => &[Usage::K0, Usage::K1],
            1 => &[Usage::P0],
            2 => &[Usage::D0],
            3 => &[Usage::M3, Usage::M0, Usage::M1, Usage::M6],
            _ => &[],
        }
    }

    /// The wrapping key with the modifier worked in.
    pub(crate) fn apply(self, key: &KeyMaterial) -> KeyMaterial {
        let mut changed = key.clone();
        for part in changed.expose_mut().chunks_mut(8) {
            part[0] ^= self.0 << 3;
        }
        changed
    }
}

impl From<ModifierDigit> for Modifier {
    fn from(digit: ModifierDigit) -> Self {
        Self(digit.value() & 0x0F)
    }
}

impl From<Option<ModifierDigit>> for Modifier {
    fn from(digit: Option<ModifierDigit>) -> Self {
        digit.map_or(Self::NONE, Self::from)
    }
}
