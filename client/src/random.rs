//! Randomness from the operating system.

use chacha20::ChaCha20Rng;
use rand_core::SeedableRng as _;
use zeroize::Zeroizing;

use crate::error::Error;

/// Random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, Error> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice())
        .map_err(|error| Error::invalid(format!("the system gives no randomness: {error}")))?;
    Ok(bytes)
}

/// A generator for those who draw for themselves; its state is wiped on drop.
pub(crate) fn generator() -> Result<ChaCha20Rng, Error> {
    Ok(ChaCha20Rng::from_seed(*bytes::<32>()?))
}
