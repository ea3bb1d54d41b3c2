//! How many connections there may be: in all, of one client certificate, and of one tenant.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::TenantId;

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
    tenants: HashMap<TenantId, usize>,
}

/// A connection's place; it is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    limiter: Arc<Limiter>,
    client: Option<Fingerprint>,
    tenant: Option<TenantId>,
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
    /// The tenant has all the places that it may have.
    #[error("the tenant has the {0} connections that it may have")]
    Tenant(usize),
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
    pub fn enter(
        self: &Arc<Self>,
        client: Option<Fingerprint>,
        tenant: Option<(TenantId, Option<usize>)>,
    ) -> Result<Place, Full> {
        let mut counts = self.counts();
        if counts.total >= self.total {
            return Err(Full::Total);
        }
        if let Some((tenant, Some(most))) = tenant
            && counts.tenants.get(&tenant).is_some_and(|count| *count >= most)
        {
            return Err(Full::Tenant(most));
        }
        if let Some(client) = client {
            let count = counts.clients.entry(client).or_default();
            if *count >= self.per_client {
                return Err(Full::Client);
            }
            *count += 1;
        }
        counts.total += 1;
        let tenant = tenant.map(|(tenant, _)| tenant);
        if let Some(tenant) = tenant {
            *counts.tenants.entry(tenant).or_default() += 1;
        }
        Ok(Place { limiter: Arc::clone(self), client, tenant })
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
        if let Some(tenant) = self.tenant
            && let Some(count) = counts.tenants.get_mut(&tenant)
        {
            *count -= 1;
            if *count == 0 {
                counts.tenants.remove(&tenant);
            }
        }
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
        let first = limiter.enter(one, None).expect("free");
        let second = limiter.enter(one, None).expect("free");
        assert_eq!(limiter.enter(one, None).expect_err("per client"), Full::Client);
        let third = limiter.enter(other, None).expect("free");
        assert_eq!(limiter.enter(None, None).expect_err("in all"), Full::Total);
        drop((first, second, third));
        assert!(limiter.counts().clients.is_empty());
        assert_eq!(limiter.counts().total, 0);
    }
}
