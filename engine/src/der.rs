//! DER (X.690) by hand, for what must stay byte for byte as it was received or has a form that no standard has.
//!
//! Signatures are over bytes, so a certificate or a token is read here as slices of what came in, and never written
//! again before it is verified.

/// Tags that are used here (X.690 section 8).
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTF8_STRING: u8 = 0x0C;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;

    /// A context-specific tag, constructed.
    pub(crate) const fn context(number: u8) -> u8 {
        0xA0 | number
    }

    /// A context-specific tag, primitive.
    pub(crate) const fn context_primitive(number: u8) -> u8 {
        0x80 | number
    }
}

/// NULL.
pub(crate) const NULL: &[u8] = &[tag::NULL, 0];

/// One value with its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tlv<'a> {
    pub(crate) tag: u8,
    /// Without tag and length.
    pub(crate) value: &'a [u8],
    /// With tag and length.
    pub(crate) whole: &'a [u8],
}

/// Reads values that stand one after the other; `None` for whatever is not there or not DER.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The end, where it must be reached.
    pub(crate) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }

    /// The tag of the next value.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next value, whatever it is. Lengths are as short as they can be, tags have one byte.
    pub(crate) fn any(&mut self) -> Option<Tlv<'a>> {
        let bytes = self.0;
        let (&tag, rest) = bytes.split_first()?;
        let (&first, rest) = rest.split_first()?;
        if tag & 0x1F == 0x1F {
            return None;
        }
        let (length, rest) = match first {
            0..=0x7F => (usize::from(first), rest),
            0x81..=0x83 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
                let length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
                let shortest = if digits.len() == 1 { 0x80 } else { 1 << (8 * (digits.len() - 1)) };
                if length < shortest {
                    return None;
                }
                (length, rest)
            }
            _ => return None,
        };
        let (value, after) = rest.split_at_checked(length)?;
        self.0 = after;
        Some(Tlv { tag, value, whole: &bytes[..bytes.len() - after.len()] })
    }

    /// The next value, which must have this tag.
    pub(crate) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.take_whole(tag).map(|tlv| tlv.value)
    }

    /// As [`Self::take`], with tag and length.
    pub(crate) fn take_whole(&mut self, tag: u8) -> Option<Tlv<'a>> {
        let mut ahead = *self;
        let tlv = ahead.any().filter(|tlv| tlv.tag == tag)?;
        *self = ahead;
        Some(tlv)
    }

    /// The next value where it has this tag; `Some(None)` where there is another one or none.
    pub(crate) fn optional(&mut self, tag: u8) -> Option<Option<&'a [u8]>> {
        if self.peek() == Some(tag) { self.take(tag).map(Some) } else { Some(None) }
    }

    /// The values within the next value, which must have this tag.
    pub(crate) fn enter(&mut self, tag: u8) -> Option<Self> {
        self.take(tag).map(Self)
    }

    /// The values within the next SEQUENCE.
    pub(crate) fn sequence(&mut self) -> Option<Self> {
        self.enter(tag::SEQUENCE)
    }

    /// The next INTEGER, which must be non-negative, without leading zeros.
    pub(crate) fn integer(&mut self) -> Option<&'a [u8]> {
        let value = self.take(tag::INTEGER)?;
        match value {
            [0] => Some(value),
            [0, second, ..] if *second >= 0x80 => Some(&value[1..]),
            [first, ..] if (1..=0x7F).contains(first) => Some(value),
            _ => None,
        }
    }

    /// The next INTEGER, which must be this small number.
    pub(crate) fn number(&mut self, number: u8) -> Option<()> {
        (self.integer()? == [number]).then_some(())
    }

    /// The next OBJECT IDENTIFIER, which must be this one.
    pub(crate) fn oid(&mut self, oid: &[u8]) -> Option<()> {
        (self.take(tag::OID)? == oid).then_some(())
    }
}

/// The value that these bytes are, and nothing behind it.
pub(crate) fn only(tag: u8, bytes: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(bytes);
    let value = reader.take(tag)?;
    reader.end()?;
    Some(value)
}

/// Nothing, where there must be nothing.
pub(crate) fn empty(bytes: &[u8]) -> Option<()> {
    bytes.is_empty().then_some(())
}

/// One value: tag, length and the parts one after the other.
pub(crate) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    let digits = length.to_be_bytes();
    let significant = &digits[digits.iter().take_while(|digit| **digit == 0).count()..];
    match significant {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        _ => {
            out.push(0x80 | u8::try_from(significant.len()).unwrap_or(0x7F));
            out.extend_from_slice(significant);
        }
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

/// A SEQUENCE.
pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(tag::SEQUENCE, parts)
}

/// A SET OF in the order that DER demands: ascending by encoding (X.690 section 11.6).
pub(crate) fn set_of(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    tlv(tag::SET, &parts)
}

/// An OBJECT IDENTIFIER of its content bytes.
pub(crate) fn oid(content: &[u8]) -> Vec<u8> {
    tlv(tag::OID, &[content])
}

/// A non-negative INTEGER of big-endian bytes.
pub(crate) fn integer(bytes: &[u8]) -> Vec<u8> {
    let significant = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    match significant {
        [first, ..] if *first < 0x80 => tlv(tag::INTEGER, &[significant]),
        _ => tlv(tag::INTEGER, &[&[0], significant]),
    }
}

/// An OCTET STRING.
pub(crate) fn octet_string(bytes: &[u8]) -> Vec<u8> {
    tlv(tag::OCTET_STRING, &[bytes])
}

/// A BIT STRING of whole bytes.
pub(crate) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    tlv(tag::BIT_STRING, &[&[0], bytes])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_short_as_they_can_be_and_read_only_so() {
        for length in [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x1_0000] {
            let bytes = vec![0xA5; length];
            let whole = octet_string(&bytes);
            assert_eq!(only(tag::OCTET_STRING, &whole), Some(bytes.as_slice()), "{length}");
            assert_eq!(only(tag::OCTET_STRING, &whole[..whole.len() - 1]), None, "{length}");
        }
        for wrong in
            [&[4, 0x81, 1, 0][..], &[4, 0x82, 0, 0x80], &[4, 0x80, 0, 0], &[4, 0x84, 0, 0, 0, 1, 0], &[0x1F, 1, 0]]
        {
            assert!(Reader::new(wrong).any().is_none(), "{wrong:02X?}");
        }
    }

    #[test]
    fn integers_are_not_negative_and_have_no_needless_zeros() {
        for (bytes, written) in
            [(&[][..], &[2, 1, 0][..]), (&[0, 0], &[2, 1, 0]), (&[0x80], &[2, 2, 0, 0x80]), (&[0, 5], &[2, 1, 5])]
        {
            assert_eq!(integer(bytes), written);
            assert!(Reader::new(written).integer().is_some());
        }
        for wrong in [&[2, 0][..], &[2, 1, 0x80], &[2, 2, 0, 5]] {
            assert!(Reader::new(wrong).integer().is_none(), "{wrong:02X?}");
        }
    }

    #[test]
    fn sets_are_sorted() {
        let set = set_of(vec![octet_string(&[2]), integer(&[1]), octet_string(&[1])]);
        assert_eq!(set, [0x31, 9, 2, 1, 1, 4, 1, 1, 4, 1, 2]);
    }
}
