//! Randomness: a ChaCha20 generator per connection, seeded by the operating system or, for tests, by a text.

use std::fmt;

use chacha20::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// A cryptographic generator; its state is wiped on drop.
pub struct Generator {
    stream: ChaCha20Rng,
    repeats: bool,
}

impl Generator {
    /// The generator of a 32-byte seed: equal seeds give equal streams, and equal keys of all that is made from them.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self { stream: ChaCha20Rng::from_seed(*Zeroizing::new(seed)), repeats: true }
    }

    /// The generator of 32 random bytes, from which nothing needs to repeat: a library that makes keys faster with
    /// randomness of its own may do so.
    #[must_use]
    pub fn from_entropy(seed: [u8; 32]) -> Self {
        Self { repeats: false, ..Self::from_seed(seed) }
    }

    /// Whether all that is made from it has to repeat with its seed.
    #[must_use]
    pub fn repeats(&self) -> bool {
        self.repeats
    }

    /// A generator of its own for work that is done elsewhere.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        self.stream.fill_bytes(seed.as_mut_slice());
        Self { repeats: self.repeats, ..Self::from_seed(*seed) }
    }

    /// As the crates that draw for themselves want it.
    pub(crate) fn as_rng(&mut self) -> &mut (impl rand_core::CryptoRng + use<>) {
        &mut self.stream
    }
}

impl fmt::Debug for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Generator")
    }
}

/// Fills `place` with random bytes.
pub fn fill(generator: &mut Generator, place: &mut [u8]) {
    // Words in the order in which the generator gives them, the last one cut: what `fill_bytes` does, which for a few bytes
    // costs several times as much.
    let (words, rest) = place.as_chunks_mut::<4>();
    for word in words {
        *word = generator.stream.next_u32().to_le_bytes();
    }
    if !rest.is_empty() {
        rest.copy_from_slice(&generator.stream.next_u32().to_le_bytes()[..rest.len()]);
    }
}

/// The seed for one purpose, from the root of all seeds: SHA-256 of root, purpose and number.
#[must_use]
pub fn derive_seed(root: &[u8; 32], purpose: &str, number: u64) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(root);
    // The length keeps a purpose from running into the number.
    hash.update(u64::try_from(purpose.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(purpose.as_bytes());
    hash.update(number.to_be_bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(seed: [u8; 32]) -> [u8; 16] {
        let mut bytes = [0; 16];
        fill(&mut Generator::from_seed(seed), &mut bytes);
        bytes
    }

    #[test]
    fn seeds_of_different_purposes_and_numbers_differ_and_repeat() {
        let root = [7; 32];
        let seeds = [("a", 0), ("a", 1), ("b", 0), ("ab", 0)].map(|(purpose, n)| derive_seed(&root, purpose, n));
        for (index, seed) in seeds.iter().enumerate() {
            assert!(!seeds[..index].contains(seed));
            assert_eq!(stream(*seed), stream(*seed));
        }
        assert_eq!(seeds[0], derive_seed(&root, "a", 0));
    }
}
