//! One look at every byte of a frame, sixteen at a time: where the semicolons are, and whether all bytes are legal.

use wide::u8x16;

/// Bytes of one look.
const LANES: usize = 16;
/// Least legal byte; the greatest is `LEAST + SPAN`.
const LEAST: u8 = 0x20;
const SPAN: u8 = 0x7E - LEAST;

/// The places of the semicolons in a text, from the first to the last. When there are no more, every byte has been judged.
pub(super) struct Semicolons<'t> {
    text: &'t [u8],
    /// Where the next look begins.
    next: usize,
    /// Semicolons of the last look that were not told yet, one bit each.
    found: u32,
    /// Where the last look began.
    base: usize,
    /// The greatest distance of a byte from the least legal one, lane by lane.
    most: u8x16,
    /// Lanes in which an opening bracket stood.
    brackets: u8x16,
}

impl<'t> Semicolons<'t> {
    pub(super) fn of(text: &'t [u8]) -> Self {
        Self { text, next: 0, found: 0, base: 0, most: u8x16::ZERO, brackets: u8x16::ZERO }
    }

    /// Whether all bytes that have been looked at are printable ASCII and none is an opening bracket.
    pub(super) fn are_legal(&self) -> bool {
        let illegal = self.most.simd_gt(u8x16::splat(SPAN)) | self.brackets;
        illegal.to_bitmask() == 0
    }

    #[inline(always)]
    fn look(&mut self) {
        let (chunk, base, next) = match (self.text[self.next..].first_chunk::<LANES>(), self.text.last_chunk()) {
            (Some(chunk), _) => (*chunk, self.next, self.next + LANES),
            // The last bytes, some of them again.
            (None, Some(chunk)) => (*chunk, self.text.len() - LANES, self.text.len()),
            (None, None) => {
                let mut filled = [LEAST; LANES];
                filled[..self.text.len()].copy_from_slice(self.text);
                (filled, 0, self.text.len())
            }
        };
        let chunk = u8x16::new(chunk);
        self.most = self.most.max(chunk - u8x16::splat(LEAST));
        self.brackets |= chunk.simd_eq(u8x16::splat(b'['));
        let again = self.next - base;
        self.found = chunk.simd_eq(u8x16::splat(b';')).to_bitmask() >> again << again;
        (self.base, self.next) = (base, next);
    }
}

impl Iterator for Semicolons<'_> {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            if self.next == self.text.len() {
                return None;
            }
            self.look();
        }
        let place = self.base + self.found.trailing_zeros() as usize;
        self.found &= self.found - 1;
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_are_found_once_wherever_they_stand() {
        for length in 0..70 {
            for place in 0..length {
                let mut text = vec![b'a'; length];
                text[place] = b';';
                text[length / 2] = b';';
                let expected: Vec<usize> = (0..length).filter(|at| text[*at] == b';').collect();
                let mut semicolons = Semicolons::of(&text);
                assert_eq!(semicolons.by_ref().collect::<Vec<_>>(), expected);
                assert!(semicolons.are_legal());
            }
        }
    }

    #[test]
    fn every_byte_is_judged_wherever_it_stands() {
        for length in 1..70 {
            for place in 0..length {
                for byte in 0..=255 {
                    let mut text = vec![b' '; length];
                    text[place] = byte;
                    let mut semicolons = Semicolons::of(&text);
                    semicolons.by_ref().for_each(drop);
                    let is_legal = matches!(byte, 0x20..=0x7E) && byte != b'[';
                    assert_eq!(semicolons.are_legal(), is_legal, "{byte:#04X} at {place} of {length}");
                }
            }
        }
    }
}
