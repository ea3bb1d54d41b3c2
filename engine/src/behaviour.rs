//! How the HSM is to behave beside being right: its pace, and faults that are made on purpose. The engine keeps what was asked
//! for; whoever serves connections does it.

mod fault;
mod pace;
mod profile;

use std::collections::HashMap;
use std::sync::Arc;

use protocol::command::behaviour::add_fault::Request;

use crate::error::Error;
use crate::hsm::Timestamp;
use crate::tenant::TenantName;

pub use fault::Fault;
pub use pace::{Bounds, Pace};
pub use profile::Profile;

/// All that was asked for.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    /// The HSM's own pace.
    pub hsm: Pace,
    /// Paces of tenants that have one.
    pub tenants: HashMap<TenantName, Pace>,
    /// Faults, those included whose time is over and that nobody has swept up yet.
    pub faults: Vec<Arc<Fault>>,
    pub(crate) last: u32,
    /// Profiles that the configuration has, beside those that every HSM has.
    pub profiles: Arc<[Profile]>,
}

impl Behaviour {
    /// Faults at a time at most.
    pub(crate) const MOST: usize = 500;

    /// Whether nothing was asked for.
    #[must_use]
    pub fn is_natural(&self) -> bool {
        self.hsm.is_natural()
            && self.tenants.values().all(Pace::is_natural)
            && self.faults.is_empty()
            && self.profiles.is_empty()
    }

    /// The pace of a tenant; `None` where nothing was asked for.
    #[must_use]
    pub fn pace(&self, tenant: &TenantName) -> Option<&Pace> {
        self.tenants.get(tenant)
    }

    /// Adds a fault as ZFAD does; `tenant` is the one that the request names, which must be there.
    ///
    /// # Errors
    /// What of the request does not go together; too many faults.
    pub fn add(&mut self, request: &Request, tenant: Option<&TenantName>, now: Timestamp) -> Result<Arc<Fault>, Error> {
        self.faults.retain(|fault| !fault.is_over(now));
        if self.faults.len() >= Self::MOST {
            return Err(Error::TenantFull { what: "faults", most: Self::MOST });
        }
        let fault = Arc::new(Fault::new(self.last + 1, request, tenant.cloned(), now)?);
        self.last += 1;
        self.faults.push(Arc::clone(&fault));
        Ok(fault)
    }

    /// The profile of this name; the configuration's come first.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<Profile> {
        self.all_profiles().find(|profile| &*profile.name == name)
    }

    /// The configuration's, and those that every HSM has.
    pub fn all_profiles(&self) -> impl Iterator<Item = Profile> {
        let ready_made = Profile::ready_made().into_iter();
        let others = ready_made.filter(|made| self.profiles.iter().all(|own| own.name != made.name));
        self.profiles.iter().cloned().chain(others)
    }

    pub(crate) fn put_pace(&mut self, tenant: Option<&TenantName>, pace: Pace) {
        match tenant {
            None => self.hsm = pace,
            Some(tenant) if pace.is_natural() => drop(self.tenants.remove(tenant)),
            Some(tenant) => drop(self.tenants.insert(tenant.clone(), pace)),
        }
    }
}
