//! What a field's value may be, and how it is read and written.

pub mod certificate;
pub mod code;
pub mod data;
pub mod exponent;
pub mod grant;
pub mod key;
pub mod latency;
pub mod name;
pub mod number;
pub mod pair;
pub mod text;

use crate::buffer::Buffer;
use crate::error::Error;
use crate::tag::Tag;

/// A type that stands as one value on the wire, and may borrow from a frame that lives for `'a`.
pub trait Value<'a>: Sized {
    /// The shape in words, for the manual and for error texts.
    const SHAPE: &'static str;
    /// Where the value is one of a few codes: each code and its meaning.
    const CODES: &'static [(&'static str, &'static str)] = &[];
    /// Whether a value may be clear key or clear data, so that tools mask it.
    const SECRET: bool = false;

    /// Reads a value; the error is the rule that it breaks. A frame's values hold nothing but bytes that may stand in one;
    /// whoever has a value from elsewhere sees to that ([`crate::frame::are_value_bytes`]).
    ///
    /// # Errors
    /// A text that names the rule, without the value.
    fn parse(value: &'a [u8]) -> Result<Self, &'static str>;

    /// Appends the value as it stands on the wire.
    fn write(&self, out: &mut Buffer);
}

/// A field of a contract: a [`Value`] that must be there, or an `Option` of one.
pub trait Field<'a>: Sized {
    /// Whether the field must be there.
    const REQUIRED: bool;
    /// As [`Value::SHAPE`].
    const SHAPE: &'static str;
    /// As [`Value::CODES`].
    const CODES: &'static [(&'static str, &'static str)];
    /// As [`Value::SECRET`].
    const SECRET: bool;

    /// Reads the field from its value, or from its absence.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::Invalid`].
    fn decode(tag: Tag, value: Option<&'a [u8]>) -> Result<Self, Error>;

    /// Appends tag, value and semicolon, or nothing where there is no value.
    fn encode(&self, tag: Tag, out: &mut Buffer);
}

impl<'a, V: Value<'a>> Field<'a> for V {
    const REQUIRED: bool = true;
    const SHAPE: &'static str = V::SHAPE;
    const CODES: &'static [(&'static str, &'static str)] = V::CODES;
    const SECRET: bool = V::SECRET;

    #[inline(always)]
    fn decode(tag: Tag, value: Option<&'a [u8]>) -> Result<Self, Error> {
        let value = value.ok_or(Error::Missing { tag, shape: V::SHAPE })?;
        V::parse(value).map_err(|rule| Error::Invalid { tag, rule })
    }

    fn encode(&self, tag: Tag, out: &mut Buffer) {
        out.extend_from_slice(&tag.bytes());
        self.write(out);
        out.push(b';');
    }
}

impl<'a, V: Value<'a>> Field<'a> for Option<V> {
    const REQUIRED: bool = false;
    const SHAPE: &'static str = V::SHAPE;
    const CODES: &'static [(&'static str, &'static str)] = V::CODES;
    const SECRET: bool = V::SECRET;

    #[inline(always)]
    fn decode(tag: Tag, value: Option<&'a [u8]>) -> Result<Self, Error> {
        value.map(|value| V::parse(value).map_err(|rule| Error::Invalid { tag, rule })).transpose()
    }

    fn encode(&self, tag: Tag, out: &mut Buffer) {
        if let Some(value) = self {
            value.encode(tag, out);
        }
    }
}
