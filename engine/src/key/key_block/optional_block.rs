//! Optional blocks of a header (X9.143 section 6.4).

use protocol::frame::is_value_byte;

use crate::hash::Hash;
use crate::key::Error;

/// Characters of identifier and short length.
const SHORT: usize = 4;
/// Characters of identifier, `00`, `04` and a length of four digits.
const LONG: usize = 10;
/// Longest block with a short length.
const LONGEST_SHORT: usize = 0xFF;

/// Identifier of the block that fills the others to whole cipher blocks.
pub(super) const PB: [u8; 2] = *b"PB";

/// One optional block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OptionalBlock {
    pub(super) id: [u8; 2],
    pub(super) data: Box<[u8]>,
}

impl OptionalBlock {
    /// The first block of `text`, and what follows it.
    pub(super) fn parse(text: &[u8]) -> Result<(Self, &[u8]), Error> {
        let Some((&[id_0, id_1, length_0, length_1], after)) = text.split_first_chunk::<SHORT>() else {
            return Err(Error::Malformed("an optional block is cut off; is the number of blocks right?"));
        };
        let id = [id_0, id_1];
        if !id.iter().all(u8::is_ascii_alphanumeric) {
            return Err(Error::Malformed("an optional block's identifier is not two letters or digits"));
        }
        let short = number(&[length_0, length_1])?;
        let (whole, start) = match short {
            0 => long_length(after)?,
            length => (length, SHORT),
        };
        let too_short = Error::Malformed("an optional block's length does not even cover its identifier and length");
        let data = text.get(start..whole).ok_or(match whole < start {
            true => too_short,
            false => Error::Malformed("an optional block is longer than the header"),
        })?;
        // X9.143 allows every printable character. One that ends a value or a frame could come from inside a token, and would
        // break the reply that gives the header out.
        if !data.iter().copied().all(is_value_byte) {
            return Err(Error::Malformed(
                "an optional block holds characters other than printable ones without [, ] and ;",
            ));
        }
        Ok((Self { id, data: data.into() }, &text[whole..]))
    }

    /// Characters of the whole block.
    pub(super) fn length(&self) -> usize {
        let short = SHORT + self.data.len();
        if short > LONGEST_SHORT { LONG + self.data.len() } else { short }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let length = self.length();
        out.extend_from_slice(&self.id);
        if length > LONGEST_SHORT {
            out.extend_from_slice(b"0004");
            put_hex(length, 4, out);
        } else {
            put_hex(length, 2, out);
        }
        out.extend_from_slice(&self.data);
    }

    /// A block of `length` characters that fills; at least four.
    pub(super) fn filler(length: usize) -> Self {
        Self { id: PB, data: vec![b'0'; length.saturating_sub(SHORT)].into() }
    }

    /// The hash function that an HM block names; `Err` for one that is not served.
    pub(super) fn hash(&self) -> Result<Hash, Error> {
        match &*self.data {
            b"10" => Ok(Hash::Sha1),
            b"20" => Ok(Hash::Sha224),
            b"21" => Ok(Hash::Sha256),
            b"22" => Ok(Hash::Sha384),
            b"23" => Ok(Hash::Sha512),
            _ => Err(Error::AlgorithmUnsupported),
        }
    }

    /// Whether the data has the form of its identifier, for blocks that we write. What others wrote is kept as it is.
    pub(super) fn validate(&self) -> Result<(), Error> {
        let data = &*self.data;
        let is_hex = || data.iter().all(u8::is_ascii_hexdigit);
        let rest =
            |start: &[u8], length: usize| data.starts_with(start) && data.len() == start.len() + length && is_hex();
        let legal = match &self.id {
            b"AL" => matches!(data, b"0100" | b"0101"),
            b"BI" => rest(b"00", 10) || rest(b"01", 8),
            b"HM" => data.len() == 2 && is_hex(),
            b"IK" => data.len() == 16 && is_hex(),
            b"KC" | b"KP" | b"PK" => {
                [4, 6].iter().any(|n| rest(b"00", *n)) || [4, 6, 10].iter().any(|n| rest(b"01", *n))
            }
            b"KS" => data.len() == 20 && is_hex(),
            b"TC" | b"TS" => matches!(data.len(), 15 | 17 | 20 | 23) && data.ends_with(b"Z"),
            b"WP" => data.len() == 3 && data.starts_with(b"00") && (b'0'..=b'3').contains(&data[2]),
            _ => true,
        };
        if legal {
            Ok(())
        } else {
            Err(Error::Malformed("an optional block's data does not have the form of its identifier"))
        }
    }
}

/// The whole length and where the data starts, of a block whose short length is 00. `after` follows that 00.
///
/// The digits that count the length's digits are read as X9.143 says; where that makes no length, as bytes, as one
/// widely used library writes them.
fn long_length(after: &[u8]) -> Result<(usize, usize), Error> {
    let cut = Error::Malformed("an optional block's long length is cut off");
    let (count, rest) = after.split_at_checked(2).ok_or(cut)?;
    let count = number(count)?;
    if count == 0 {
        return Err(Error::Malformed("an optional block's long length has no digits"));
    }
    let read = |digits: usize| -> Result<(usize, usize), Error> {
        let start = SHORT + 2 + digits;
        let length = number(rest.get(..digits).ok_or(cut)?)?;
        Ok((length, start))
    };
    let (length, start) = read(count)?;
    if length >= start || count > 2 {
        return Ok((length, start));
    }
    match read(count * 2) {
        Ok((length, start)) if length >= start => Ok((length, start)),
        Ok(_) | Err(_) => Ok((length, start)),
    }
}

fn number(digits: &[u8]) -> Result<usize, Error> {
    let wrong = Error::Malformed("an optional block's length is not hexadecimal");
    if digits.len() > 4 {
        return Err(Error::Malformed("an optional block's long length has too many digits"));
    }
    digits.iter().try_fold(0, |number, digit| {
        let value = char::from(*digit).to_digit(16).and_then(|value| usize::try_from(value).ok());
        value.map(|value| number * 16 + value).ok_or(wrong)
    })
}

fn put_hex(number: usize, digits: usize, out: &mut Vec<u8>) {
    for place in (0..digits).rev() {
        let digit = b"0123456789ABCDEF"[number >> (place * 4) & 0x0F];
        out.push(digit);
    }
}
