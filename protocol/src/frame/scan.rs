//! One look at every byte of a frame, sixteen at a time: where its values end, and whether all bytes are legal.

use wide::u8x16;

/// Bytes of one look.
const LANES: usize = 16;
/// Least legal byte; the greatest is `LEAST + SPAN`.
const LEAST: u8 = 0x20;
const SPAN: u8 = 0x7E - LEAST;

/// Tells `found` where each value ends, at a semicolon or a closing bracket, until it fails. Then every byte has been looked at:
/// whether all of them are printable ASCII and none is an opening bracket.
#[inline(always)]
pub(super) fn ends<E>(text: &[u8], mut found: impl FnMut(usize) -> Result<(), E>) -> Result<bool, E> {
    let mut seen = Seen::default();
    let mut next = 0;
    while next < text.len() {
        let (chunk, base) = match text[next..].first_chunk::<LANES>() {
            Some(chunk) => (*chunk, next),
            None => last(text),
        };
        let again = next - base;
        let mut bits = seen.ends(chunk) >> again << again;
        while bits != 0 {
            found(base + bits.trailing_zeros() as usize)?;
            bits &= bits - 1;
        }
        next = base + LANES;
    }
    Ok(seen.are_legal())
}

/// The last bytes, some of which were looked at before, and where they begin; a short text is filled up with blanks.
fn last(text: &[u8]) -> ([u8; LANES], usize) {
    match text.last_chunk::<LANES>() {
        Some(chunk) => (*chunk, text.len() - LANES),
        None => {
            let mut chunk = [LEAST; LANES];
            chunk[..text.len()].copy_from_slice(text);
            (chunk, 0)
        }
    }
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
    /// Looks at some bytes; those at which a value ends, one bit each.
    #[inline(always)]
    fn ends(&mut self, chunk: [u8; LANES]) -> u32 {
        let chunk = u8x16::new(chunk);
        self.most = self.most.max(chunk - u8x16::splat(LEAST));
        self.brackets |= chunk.simd_eq(u8x16::splat(b'['));
        (chunk.simd_eq(u8x16::splat(b';')) | chunk.simd_eq(u8x16::splat(b']'))).to_bitmask()
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
    fn ends_are_found_once_wherever_they_stand() {
        for length in 0..70 {
            for place in 0..length {
                let mut text = vec![b'a'; length];
                text[place] = b';';
                text[length / 2] = b']';
                let expected: Vec<usize> = (0..length).filter(|at| text[*at] != b'a').collect();
                let mut places = Vec::new();
                let told: Result<bool, ()> = ends(&text, |place| {
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
                    let told: Result<bool, ()> = ends(&text, |_| Ok(()));
                    assert_eq!(told, Ok(is_legal), "{byte:#04X} at {place} of {length}");
                }
            }
        }
    }
}
