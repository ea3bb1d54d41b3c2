//! Free text.

use std::fmt;

use super::Value;
use crate::buffer::Buffer;
use crate::frame::are_value_bytes;
use crate::secret::Inline;

/// Zero to `MAX` characters of printable ASCII without `[`, `]` and `;`.
#[derive(Clone, PartialEq, Eq)]
pub struct Text<const MAX: usize>(Inline<64>);

impl<const MAX: usize> Text<MAX> {
    /// The text, if every character is legal and there are not too many.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        Self::parse(text.as_bytes()).ok()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Construction admits ASCII only.
        std::str::from_utf8(self.0.expose()).unwrap_or_default()
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl<const MAX: usize> Value<'_> for Text<MAX> {
    const SHAPE: &'static str = "text";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        if value.len() > MAX || !are_value_bytes(value) {
            return Err("must be printable ASCII, and no longer than this field allows");
        }
        Ok(Self(Inline::new(value)))
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(self.0.expose());
    }
}

/// The label of a key in the key table: 1 to 32 letters, digits, spaces and `-_.:/@+#`; empty to take a label away.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(Box<str>);

impl Label {
    /// The label, if it is a legal one.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        Self::parse(text.as_bytes()).ok()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Value<'_> for Label {
    const SHAPE: &'static str = "a label of at most 32 letters, digits, spaces and -_.:/@+#";

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        let legal = |byte: &u8| byte.is_ascii_alphanumeric() || b" -_.:/@+#".contains(byte);
        if value.len() > 32 || !value.iter().all(legal) {
            return Err("a label has at most 32 letters, digits, spaces and -_.:/@+#");
        }
        Ok(Self(std::str::from_utf8(value).unwrap_or_default().into()))
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(self.0.as_bytes());
    }
}
