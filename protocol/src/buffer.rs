//! Bytes that grow and are wiped wherever they were.

use std::fmt;
use std::ops::Deref;

use zeroize::{Zeroize as _, ZeroizeOnDrop};

/// First size: a few ordinary frames, and as much as allocators give out at little cost.
const START_BYTES: usize = 1000;
/// How much larger the next size is at least.
const GROWTH: usize = 4;

/// Bytes that are written once and read once, such as a frame on its way out. Silent in `Debug`.
///
/// Invariant: memory that held a byte is wiped before it is let go, whether the buffer is outgrown, cut, cleared or dropped.
/// Spare capacity holds nothing.
#[derive(Default)]
pub struct Buffer(Vec<u8>);

impl Buffer {
    /// An empty buffer; memory is taken with the first byte.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Whatever `fill` appends.
    #[must_use]
    pub fn filled(fill: impl FnOnce(&mut Self)) -> Self {
        let mut made = Self::new();
        fill(&mut made);
        made
    }

    /// Appends one byte.
    pub fn push(&mut self, byte: u8) {
        self.reserve(1);
        self.0.push(byte);
    }

    /// Appends a copy of `bytes`.
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    /// Appends `length` zero bytes and lends them, to be written in place.
    pub fn extend_by(&mut self, length: usize) -> &mut [u8] {
        self.reserve(length);
        let start = self.0.len();
        self.0.resize(start + length, 0);
        &mut self.0[start..]
    }

    /// Takes back what lies behind the first `length` bytes.
    pub fn truncate(&mut self, length: usize) {
        if let Some(cut) = self.0.get_mut(length..) {
            cut.zeroize();
            self.0.truncate(length);
        }
    }

    /// Takes everything back and keeps the memory.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// The bytes, to be changed in place.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// Bytes that fit without more memory.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.0.capacity()
    }

    #[inline]
    fn reserve(&mut self, more: usize) {
        if self.0.capacity() - self.0.len() < more {
            self.grow(more);
        }
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        let least = (self.0.capacity() * GROWTH).max(START_BYTES);
        let mut larger = Vec::with_capacity((self.0.len() + more).max(least));
        larger.extend_from_slice(&self.0);
        self.clear();
        self.0 = larger;
    }
}

impl From<&[u8]> for Buffer {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.clear();
    }
}

impl ZeroizeOnDrop for Buffer {}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} bytes)", self.0.len())
    }
}

impl fmt::Write for Buffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_is_wiped_and_what_is_outgrown_is_kept() {
        let mut buffer = Buffer::new();
        buffer.extend_from_slice(b"kept, secret");
        buffer.truncate(4);
        assert_eq!(&*buffer, b"kept");
        // Within capacity: what resize writes is not what shows that it was wiped.
        buffer.0.reserve(8);
        assert_eq!(buffer.extend_by(8), [0; 8]);
        buffer.extend_from_slice(&[b'x'; 5000]);
        assert_eq!((&buffer[..4], buffer.len()), (&b"kept"[..], 5012));
        assert_eq!(format!("{buffer:?}"), "Buffer(5012 bytes)");
        buffer.clear();
        assert!(buffer.is_empty() && buffer.capacity() >= 5012);
    }
}
