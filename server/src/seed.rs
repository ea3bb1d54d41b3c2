//! Where randomness comes from: the system, or, reproducibly and never secret, a text.

use std::sync::Arc;

use engine::provision::Seed;
use engine::random::Generator;
use zeroize::Zeroizing;

/// Where everything that an HSM draws comes from.
#[derive(Clone, Debug)]
pub enum Randomness {
    /// The operating system.
    System,
    /// A text: equal texts make equal HSMs, and whoever knows the text knows every key.
    Seed(Arc<Seed>),
}

impl Randomness {
    /// From `text`, or from the system where there is none.
    #[must_use]
    pub fn new(text: Option<&str>) -> Self {
        text.map_or(Self::System, |text| Self::Seed(Arc::new(Seed::from_text(text))))
    }

    /// Whether everything repeats.
    #[must_use]
    pub fn is_reproducible(&self) -> bool {
        matches!(self, Self::Seed(_))
    }

    /// The root for making tenants ready: the seed itself, or 32 bytes of the system's.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn root(&self) -> Result<Arc<Seed>, getrandom::Error> {
        match self {
            Self::System => Ok(Arc::new(Seed::from_bytes(*system()?))),
            Self::Seed(seed) => Ok(Arc::clone(seed)),
        }
    }

    /// 32 bytes for one purpose.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn bytes(&self, purpose: &str) -> Result<Zeroizing<[u8; 32]>, getrandom::Error> {
        match self {
            Self::System => system(),
            Self::Seed(seed) => Ok(seed.bytes(purpose)),
        }
    }

    /// The generator of a connection, numbered from 0 in the order of first use.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn connection(&self, number: u64) -> Result<Generator, getrandom::Error> {
        match self {
            Self::System => Ok(Generator::from_entropy(*system()?)),
            Self::Seed(seed) => Ok(seed.connection(number)),
        }
    }
}

fn system() -> Result<Zeroizing<[u8; 32]>, getrandom::Error> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_gives_the_same_bytes_and_another_gives_others() {
        let bytes = |text, purpose| *Randomness::new(text).bytes(purpose).expect("bytes");
        assert_eq!(bytes(Some("spring"), "a"), bytes(Some("spring"), "a"));
        assert_ne!(bytes(Some("spring"), "a"), bytes(Some("spring"), "b"));
        assert_ne!(bytes(Some("spring"), "a"), bytes(Some("autumn"), "a"));
        assert_ne!(bytes(None, "a"), bytes(None, "a"));
    }
}
