//! Names that people choose, and what they prove themselves with.

use std::fmt;

use super::Value;
use crate::buffer::Buffer;
use crate::frame::are_value_bytes;
use crate::secret::Inline;

macro_rules! names {
    ($($(#[$meta:meta])* $name:ident $shape:literal,)+) => { $(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// The name, if it is a legal one.
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

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl Value<'_> for $name {
            const SHAPE: &'static str = $shape;

            fn parse(value: &[u8]) -> Result<Self, &'static str> {
                let text = std::str::from_utf8(value).unwrap_or_default();
                let legal = |byte: u8| byte.is_ascii_alphanumeric() || b" -_.@".contains(&byte);
                let ends = [value.first(), value.last()];
                if !(1..=32).contains(&text.len()) || !text.bytes().all(legal) || ends.contains(&Some(&b' ')) {
                    return Err(concat!("must be ", $shape));
                }
                Ok(Self(text.into()))
            }

            fn write(&self, out: &mut Buffer) {
                out.extend_from_slice(self.0.as_bytes());
            }
        }
    )+ };
}

names! {
    /// Name of an identity. Case matters.
    IdentityName "a name of 1 to 32 letters, digits, spaces and -_.@, without a space at its ends",
    /// Name of a partition (role). Case matters.
    PartitionName "a role's name of 1 to 32 letters, digits, spaces and -_.@, without a space at its ends",
}

/// What an identity proves itself with: 1 to 64 printable characters without `[`, `]` and `;`. Wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Inline<64>);

impl Password {
    /// The password, if it is a legal one.
    #[must_use]
    pub fn new(text: &[u8]) -> Option<Self> {
        Self::parse(text).ok()
    }

    /// Its characters.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

impl Value<'_> for Password {
    const SHAPE: &'static str = "a password of 1 to 64 printable characters without [ ] ;";
    const SECRET: bool = true;

    fn parse(value: &[u8]) -> Result<Self, &'static str> {
        if !(1..=64).contains(&value.len()) || !are_value_bytes(value) {
            return Err("must be 1 to 64 printable characters without [ ] and semicolon");
        }
        Ok(Self(Inline::new(value)))
    }

    fn write(&self, out: &mut Buffer) {
        out.extend_from_slice(self.0.expose());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_people_type_and_nothing_odd() {
        for good in ["Admin1", "key custodian", "a.b-c_d@e"] {
            assert!(IdentityName::new(good).is_some(), "{good}");
        }
        for bad in ["", " a", "a ", "a,b", "a/b", "\u{e9}", &"a".repeat(33)] {
            assert!(IdentityName::new(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_password_is_silent() {
        let password = Password::new(b"correct horse").expect("a password");
        assert_eq!(format!("{password:?}"), "Password");
    }
}
