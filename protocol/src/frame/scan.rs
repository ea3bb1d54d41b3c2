//! One look at every byte of a frame, sixteen at a time: where the semicolons are, and whether all bytes are legal.

use wide::u8x16;

/// Bytes of one look.
const LANES: usize = 16;
/// Least legal byte; the greatest is `LEAST + SPAN`.
const LEAST: u8 = 0x20;
const SPAN: u8 = 0x7E - LEAST;

/// Tells `found` the place of each semicolon, from the first to the last, until it fails. Then every byte has been looked at:
/// whether all of them are printable ASCII and none is an opening bracket.
#[inline(always)]
pub(super) fn semicolons<E>(text: &[u8], mut found: impl FnMut(usize) -> Result<(), E>) -> Result<bool, E> {
    let mut seen = Seen::default();
    let (chunks, rest) = text.as_chunks::<LANES>();
    for (number, chunk) in chunks.iter().enumerate() {
        places(seen.semicolons(*chunk), number * LANES, &mut found)?;
    }
    if !rest.is_empty() {
        match text.last_chunk::<LANES>() {
            Some(chunk) => {
                // Some of these bytes were looked at before.
                let again = LANES - rest.len();
                places(seen.semicolons(*chunk) >> again << again, text.len() - LANES, &mut found)?;
            }
            None => {
                let mut chunk = [LEAST; LANES];
                chunk[..rest.len()].copy_from_slice(rest);
                places(seen.semicolons(chunk), 0, &mut found)?;
            }
        }
    }
    Ok(seen.are_legal())
}

/// Tells the place of each bit, the lowest being `base`.
#[inline(always)]
fn places<E>(mut bits: u32, base: usize, found: &mut impl FnMut(usize) -> Result<(), E>) -> Result<(), E> {
    while bits != 0 {
        found(base + bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
    }
    Ok(())
}

/// What was seen so far, lane by lane.
#[derive(Default)]
struct Seen {
    /// The greatest distance of a byte from the least legal one.
    most: u8x16,
    /// Where an opening bracket stood.
    brackets: u8x16,
}

impl Seen {
    /// Looks at some bytes; their semicolons, one bit each.
    #[inline(always)]
    fn semicolons(&mut self, chunk: [u8; LANES]) -> u32 {
        let chunk = u8x16::new(chunk);
        self.most = self.most.max(chunk - u8x16::splat(LEAST));
        self.brackets |= chunk.simd_eq(u8x16::splat(b'['));
        chunk.simd_eq(u8x16::splat(b';')).to_bitmask()
    }

    fn are_legal(&self) -> bool {
        let illegal = self.most.simd_gt(u8x16::splat(SPAN)) | self.brackets;
        illegal.to_bitmask() == 0
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
                let mut places = Vec::new();
                let told: Result<bool, ()> = semicolons(&text, |place| {
                    places.push(place);
                    Ok(())
                });
                assert_eq!((told, places), (Ok(true), expected));
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
                    let is_legal = matches!(byte, 0x20..=0x7E) && byte != b'[';
                    let told: Result<bool, ()> = semicolons(&text, |_| Ok(()));
                    assert_eq!(told, Ok(is_legal), "{byte:#04X} at {place} of {length}");
                }
            }
        }
    }
}
