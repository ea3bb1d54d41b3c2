//! Reproducible randomness for development: everything follows from one text, and nothing of it is secret.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The root of everything that a seeded HSM would otherwise draw from the system.
#[derive(Clone)]
pub struct Seed(Zeroizing<[u8; 32]>);

impl Seed {
    /// The root that follows from a text.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(expand(text.as_bytes(), "strongroom development seed", 0))
    }

    /// The 32 bytes for one purpose; purposes do not disturb one another.
    #[must_use]
    pub fn derive(&self, label: &str, index: u64) -> Zeroizing<[u8; 32]> {
        expand(self.0.as_slice(), label, index)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed")
    }
}

fn expand(root: &[u8], label: &str, index: u64) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    let hkdf = Hkdf::<Sha256>::new(None, root);
    // Only a length above 255 blocks is refused, and this is one.
    let _ = hkdf.expand_multi_info(&[label.as_bytes(), &[0], &index.to_be_bytes()], out.as_mut_slice());
    out
}

/// 32 bytes for `label` from the seed, or from the system where there is none.
///
/// # Errors
/// The system has no randomness to give.
pub fn bytes(seed: Option<&Seed>, label: &str, index: u64) -> Result<Zeroizing<[u8; 32]>, getrandom::Error> {
    match seed {
        Some(seed) => Ok(seed.derive(label, index)),
        None => {
            let mut out = Zeroizing::new([0; 32]);
            getrandom::fill(out.as_mut_slice())?;
            Ok(out)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_gives_the_same_bytes_and_another_gives_others() {
        let seed = Seed::from_text("spring");
        assert_eq!(*seed.derive("a", 0), *Seed::from_text("spring").derive("a", 0));
        assert_ne!(*seed.derive("a", 0), *seed.derive("a", 1));
        assert_ne!(*seed.derive("a", 0), *seed.derive("b", 0));
        assert_ne!(*seed.derive("a", 0), *Seed::from_text("autumn").derive("a", 0));
        assert_ne!(*seed.derive("a", 0), [0; 32]);
    }
}
