//! Everything that an HSM knows, as one value: cheap to clone, never changed once published.

use std::sync::Arc;

use crate::hsm::Timestamp;
use crate::outcome::{Change, ChangeEffect};
use crate::policy::Policy;
use crate::record::{LoadError, Loader, Stored};
use crate::seal::SealingKey;
use crate::tenant::{Tenant, TenantId, TenantName};

/// All tenants.
#[derive(Clone, Debug, Default)]
pub struct State {
    tenants: Vec<Arc<Tenant>>,
}

impl State {
    /// The state made of the configured tenants and of what a store kept of them. Records of other tenants are left
    /// where they are.
    ///
    /// # Errors
    /// A record that does not open under its key, or that this version cannot read.
    pub fn load(
        tenants: impl IntoIterator<Item = (TenantName, Policy)>,
        records: &[Stored],
        device: &SealingKey,
    ) -> Result<Self, LoadError> {
        let loader = Loader::new(records, device);
        let tenants = tenants.into_iter().map(|(name, policy)| loader.tenant(&name, policy).map(Arc::new));
        Ok(Self { tenants: tenants.collect::<Result<_, _>>()? })
    }

    /// The tenant of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<TenantId> {
        let index = self.tenants.iter().position(|tenant| tenant.name().as_str() == name)?;
        u32::try_from(index).ok().map(TenantId)
    }

    /// The tenant with this id.
    #[must_use]
    pub fn tenant(&self, id: TenantId) -> Option<&Tenant> {
        self.tenants.get(usize::try_from(id.0).ok()?).map(AsRef::as_ref)
    }

    /// All tenants, in the order in which they were configured.
    pub fn tenants(&self) -> impl Iterator<Item = &Tenant> {
        self.tenants.iter().map(AsRef::as_ref)
    }

    /// The state without the ceremonies and sessions whose time is over; `None` where there are none.
    #[must_use]
    pub fn swept(&self, now: Timestamp) -> Option<Self> {
        if !self.tenants().any(|tenant| tenant.is_to_be_swept(now)) {
            return None;
        }
        let mut swept = self.clone();
        for tenant in swept.tenants.iter_mut().filter(|tenant| tenant.is_to_be_swept(now)) {
            Arc::make_mut(tenant).sweep(now);
        }
        Some(swept)
    }

    /// Makes one change. The caller stores it first.
    pub fn apply(&mut self, change: &Change) {
        let Some(tenant) = usize::try_from(change.tenant.0).ok().and_then(|index| self.tenants.get_mut(index)) else {
            return;
        };
        let tenant = Arc::make_mut(tenant);
        match &change.effect {
            ChangeEffect::Fill(slot, entry) => tenant.table_mut().put(*slot, Arc::clone(entry)),
            ChangeEffect::Empty(slot) => tenant.table_mut().remove(*slot),
            ChangeEffect::Load(kind, age, key) => tenant.put_major_key(*kind, *age, Some(Arc::clone(key))),
            ChangeEffect::Clear(kind, age) => tenant.put_major_key(*kind, *age, None),
            ChangeEffect::Tamper(is_tampered) => tenant.put_tampered(*is_tampered),
            ChangeEffect::PutCeremony(ceremony) => tenant.put_ceremony(Arc::clone(ceremony)),
            ChangeEffect::EndCeremony(id) => tenant.end_ceremony(*id),
            ChangeEffect::PutIdentity(identity) => tenant.people_mut().put_identity(Arc::clone(identity)),
            ChangeEffect::RemoveIdentity(name) => tenant.people_mut().remove_identity(name),
            ChangeEffect::EndLogins(name) => tenant.people_mut().end_logins_of(name),
            ChangeEffect::PutPartition(partition) => tenant.people_mut().put_partition(Arc::clone(partition)),
            ChangeEffect::RemovePartition(name) => tenant.people_mut().remove_partition(name),
            ChangeEffect::Admit(login, now) => tenant.people_mut().put_login(Arc::clone(login), *now),
        }
    }
}
