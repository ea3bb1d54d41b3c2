//! The public part of a fragment of a major key, as cards keep it: what a custodian's tool may know of it without the HSM.
//!
//! A fragment is form (1 byte), set id (8), fragments required, fragments in all, major key, key type (1 each), time (8,
//! seconds since 1970), number (1), length of the share (1), the share, and a checksum (8). All but the share is public.

use crate::field::code::{KeyTypeCode, MajorKeySelector};

/// Form of the bytes above.
pub const FORM: u8 = 1;
/// Bytes before the share.
pub const HEAD: usize = 23;

/// What a fragment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Random, equal within a set.
    pub set: [u8; 8],
    /// Fragments that are needed.
    pub required: u8,
    /// Fragments there are.
    pub total: u8,
    /// Which major key it is.
    pub major_key: MajorKeySelector,
    /// Its algorithm and length.
    pub key_type: KeyTypeCode,
    /// When it was split: seconds since 1970-01-01 00:00 UTC.
    pub created: u64,
    /// Its number in the set, counted from 1.
    pub number: u8,
}

impl Facts {
    /// Reads them from a fragment; `None` where that is none of [`FORM`]. The checksum and the share are the HSM's to check.
    #[must_use]
    pub fn read(fragment: &[u8]) -> Option<Self> {
        let head: &[u8; HEAD] = fragment.first_chunk()?;
        let [FORM, set @ .., required, total, major_key, key_type, t0, t1, t2, t3, t4, t5, t6, t7, number, _length] =
            head
        else {
            return None;
        };
        let major_key = MajorKeySelector::ALL.iter().find(|known| is_code(known.code(), *major_key))?;
        let key_type = KeyTypeCode::ALL.iter().find(|known| is_code(known.code(), *key_type))?;
        Some(Self {
            set: *set,
            required: *required,
            total: *total,
            major_key: *major_key,
            key_type: *key_type,
            created: u64::from_be_bytes([*t0, *t1, *t2, *t3, *t4, *t5, *t6, *t7]),
            number: *number,
        })
    }
}

/// The numbers of major keys and key types are the digits of their codes on the wire.
fn is_code(code: &str, number: u8) -> bool {
    code.as_bytes() == [b'0'.wrapping_add(number)]
}
