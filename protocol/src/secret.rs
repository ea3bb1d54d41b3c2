//! Bytes held in place and wiped.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Up to `N` bytes in place, more on the heap; wiped on drop, silent in `Debug`.
///
/// Most values of a frame are short, so decoding a request allocates nothing; a request may carry clear data or a
/// clear key, so every value is treated as a secret.
pub struct Inline<const N: usize> {
    length: usize,
    inline: [u8; N],
    heap: Box<[u8]>,
}

impl<const N: usize> Inline<N> {
    /// A copy of `bytes`.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self::with_length(bytes.len(), |place| place.copy_from_slice(bytes))
    }

    /// No bytes yet.
    #[must_use]
    #[inline(always)]
    pub fn empty() -> Self {
        Self { length: 0, inline: [0; N], heap: Box::default() }
    }

    /// Takes `length` zeros in the place of what was held, and lends them, to be written in place.
    #[inline(always)]
    pub fn put(&mut self, length: usize) -> &mut [u8] {
        if self.length > 0 {
            self.zeroize();
        }
        self.length = length;
        if length > N {
            self.heap = vec![0; length].into_boxed_slice();
        }
        self.expose_mut()
    }

    /// `length` bytes that `fill` writes in place, so that no other copy exists.
    #[must_use]
    #[inline(always)]
    pub fn with_length(length: usize, fill: impl FnOnce(&mut [u8])) -> Self {
        let mut made = Self::empty();
        fill(made.put(length));
        made
    }

    /// As [`Self::with_length`], for a `fill` that can fail.
    ///
    /// # Errors
    /// Whatever `fill` returns.
    pub fn try_with_length<E>(length: usize, fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut outcome = Ok(());
        let made = Self::with_length(length, |place| outcome = fill(place));
        outcome.map(|()| made)
    }

    /// Bytes held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// No bytes at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The bytes themselves; the one word to search for where secrets are read.
    #[must_use]
    #[inline]
    pub fn expose(&self) -> &[u8] {
        if self.length > N { &self.heap } else { &self.inline[..self.length] }
    }

    /// The bytes, to be changed in place.
    #[inline]
    pub fn expose_mut(&mut self) -> &mut [u8] {
        if self.length > N { &mut self.heap } else { &mut self.inline[..self.length] }
    }
}

impl<const N: usize> Zeroize for Inline<N> {
    fn zeroize(&mut self) {
        self.length = 0;
        // Many bytes at once: the derived way writes them one by one, on every request.
        zeroize::zeroize_bytes(&mut self.inline);
        // Nearly always empty, and then not worth a call.
        if !self.heap.is_empty() {
            zeroize::zeroize_bytes(&mut self.heap);
        }
    }
}

impl<const N: usize> Drop for Inline<N> {
    fn drop(&mut self) {
        self.zeroize();
    }
}

impl<const N: usize> ZeroizeOnDrop for Inline<N> {}

impl<const N: usize> Clone for Inline<N> {
    fn clone(&self) -> Self {
        Self::new(self.expose())
    }
}

impl<const N: usize> PartialEq for Inline<N> {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.expose(), other.expose());
        // No early exit: the time tells lengths only.
        a.len() == b.len() && a.iter().zip(b).fold(0, |seen, (x, y)| seen | (x ^ y)) == 0
    }
}

impl<const N: usize> Eq for Inline<N> {}

impl<const N: usize> fmt::Debug for Inline<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} bytes)", self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_values_read_back_and_stay_silent() {
        for length in [0, 1, 4, 5, 300] {
            let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap_or(0)).collect();
            let held = Inline::<4>::new(&bytes);
            assert_eq!(held.expose(), bytes);
            assert_eq!(held.clone(), held);
            assert_eq!(format!("{held:?}"), format!("({length} bytes)"));
        }
    }

    #[test]
    fn what_is_put_takes_the_place_of_what_was_held() {
        let mut held = Inline::<4>::new(&[0xAA; 9]);
        for length in [9, 2, 4, 5] {
            let place = held.put(length);
            assert!(place.len() == length && place.iter().all(|byte| *byte == 0));
            place.fill(0xBB);
        }
    }

    #[test]
    fn zeroizing_clears_both_places() {
        for length in [3, 9] {
            let mut held = Inline::<4>::new(&vec![0xAA; length]);
            held.zeroize();
            assert!(held.inline.iter().chain(&held.heap).all(|byte| *byte == 0));
        }
    }
}
