//! How many connections there may be: in all, and of one client certificate.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::pki::mapping::Fingerprint;

/// Counts the connections of one kind of listener, so that applications cannot crowd out administration.
#[derive(Debug)]
pub struct Limiter {
    total: usize,
    per_client: usize,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    total: usize,
    clients: HashMap<Fingerprint, usize>,
}

/// A connection's place; it is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    limiter: Arc<Limiter>,
    client: Option<Fingerprint>,
}

/// Which limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// All places are taken.
    #[error("limits.connections is reached")]
    Total,
    /// This certificate has all the places that one may have.
    #[error("limits.connections_per_client is reached")]
    Client,
}

impl Limiter {
    /// Places for `total` connections, of which one certificate may have `per_client`.
    #[must_use]
    pub fn new(total: usize, per_client: usize) -> Arc<Self> {
        Arc::new(Self { total, per_client, counts: Mutex::default() })
    }

    /// Takes a place; a clear connection has no certificate and counts in all only.
    ///
    /// # Errors
    /// Which limit is reached.
    pub fn enter(self: &Arc<Self>, client: Option<Fingerprint>) -> Result<Place, Full> {
        let mut counts = self.counts();
        if counts.total >= self.total {
            return Err(Full::Total);
        }
        if let Some(client) = client {
            let count = counts.clients.entry(client).or_default();
            if *count >= self.per_client {
                return Err(Full::Client);
            }
            *count += 1;
        }
        counts.total += 1;
        Ok(Place { limiter: Arc::clone(self), client })
    }

    /// Every step under the lock leaves the counts whole, so a panic elsewhere does not spoil them.
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.limiter.counts();
        counts.total -= 1;
        let Some(client) = self.client else { return };
        if let Some(count) = counts.clients.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                counts.clients.remove(&client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_all_and_per_client_and_given_back() {
        let limiter = Limiter::new(3, 2);
        let (one, other) = (Some([1; 32]), Some([2; 32]));
        let first = limiter.enter(one).expect("free");
        let second = limiter.enter(one).expect("free");
        assert_eq!(limiter.enter(one).expect_err("per client"), Full::Client);
        let third = limiter.enter(other).expect("free");
        assert_eq!(limiter.enter(None).expect_err("in all"), Full::Total);
        drop((first, second, third));
        assert!(limiter.counts().clients.is_empty());
        assert_eq!(limiter.counts().total, 0);
    }
}
