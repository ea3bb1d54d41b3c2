//! Two-character field tags.

use std::fmt;

/// A field's tag: two capital letters or digits, the first a letter (wire.md 1.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag([u8; 2]);

impl Tag {
    /// Carries the command's name; always the first field.
    pub const COMMAND: Self = Self(*b"AO");
    /// Context that comes back unchanged on every reply.
    pub const ECHO: Self = Self(*b"AG");

    /// The tag written as `text`, for contracts; a malformed one stops the compiler.
    #[must_use]
    pub const fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        assert!(bytes.len() == 2, "a tag has two characters");
        assert!(bytes[0].is_ascii_uppercase(), "a tag begins with a capital letter");
        assert!(
            bytes[1].is_ascii_uppercase() || bytes[1].is_ascii_digit(),
            "a tag ends with a capital letter or a digit"
        );
        Self([bytes[0], bytes[1]])
    }

    /// The tag at the start of a received field, or `None` where the two bytes cannot be one.
    #[must_use]
    pub fn parse(bytes: [u8; 2]) -> Option<Self> {
        let legal = bytes[0].is_ascii_uppercase() && (bytes[1].is_ascii_uppercase() || bytes[1].is_ascii_digit());
        legal.then_some(Self(bytes))
    }

    /// The two ASCII bytes.
    #[must_use]
    pub const fn bytes(self) -> [u8; 2] {
        self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", char::from(self.0[0]), char::from(self.0[1]))
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
