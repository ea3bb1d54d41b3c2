//! The usages of an error's text.

use std::fmt;

use crate::key::Usage;

/// Usages that a command takes, for an error's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usages(pub &'static [Usage]);

impl fmt::Display for Usages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, usage) in self.0.iter().enumerate() {
            write!(f, "{}{usage}", if index == 0 { "" } else { " or " })?;
        }
        Ok(())
    }
}
