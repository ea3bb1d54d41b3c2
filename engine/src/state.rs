//! Everything that an HSM knows, as one value: cheap to clone, never changed once published.

use std::sync::Arc;

use crate::behaviour::Behaviour;
use crate::client_ca::ClientCa;
use crate::hsm::Timestamp;
use crate::outcome::{Change, ChangeEffect};
use crate::policy::Policy;
use crate::record::{LoadError, Loader, Stored};
use crate::seal::SealingKey;
use crate::tenant::{Tenant, TenantId, TenantName};

/// All tenants.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// By id; an id is never given again, so a deleted tenant leaves an empty place.
    tenants: Vec<Option<Arc<Tenant>>>,
    /// Another value whenever one of them changes.
    client_cas: Arc<[(TenantName, ClientCa)]>,
    /// `None` while nothing is asked for, which is nearly always.
    behaviour: Option<Arc<Behaviour>>,
}

impl State {
    /// The state made of the configured tenants and of those that were created, with what a store kept of them. Records of
    /// other tenants are left where they are.
    ///
    /// # Errors
    /// A record that does not open under its key, or that this version cannot read.
    pub fn load(
        tenants: impl IntoIterator<Item = (TenantName, Policy)>,
        records: &[Stored],
        device: &SealingKey,
    ) -> Result<Self, LoadError> {
        let loader = Loader::new(records, device);
        let mut loaded = Vec::new();
        for (name, policy) in tenants {
            loaded.push(loader.tenant(&name, policy)?);
        }
        for (name, policy) in loader.created()? {
            if !loaded.iter().any(|tenant| *tenant.name() == name) {
                loaded.push(loader.tenant(&name, policy)?.created());
            }
        }
        let mut state = Self { tenants: loaded.into_iter().map(|it| Some(Arc::new(it))).collect(), ..Self::default() };
        state.collect_client_cas();
        Ok(state)
    }

    /// The tenant of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<TenantId> {
        let is_it = |tenant: &Option<Arc<Tenant>>| tenant.as_ref().is_some_and(|it| it.name().as_str() == name);
        let index = self.tenants.iter().position(is_it)?;
        u32::try_from(index).ok().map(TenantId)
    }

    /// The tenant with this id.
    #[must_use]
    pub fn tenant(&self, id: TenantId) -> Option<&Tenant> {
        self.tenants.get(usize::try_from(id.0).ok()?)?.as_deref()
    }

    /// The client CAs that tenants were given over administration. It is the same `Arc` until one of them changes.
    #[must_use]
    pub fn client_cas(&self) -> &Arc<[(TenantName, ClientCa)]> {
        &self.client_cas
    }

    /// The id that the next tenant gets.
    pub(crate) fn next_id(&self) -> Option<TenantId> {
        u32::try_from(self.tenants.len()).ok().map(TenantId)
    }

    /// All tenants, in the order in which they were configured or created.
    pub fn tenants(&self) -> impl Iterator<Item = &Tenant> {
        self.tenants.iter().flatten().map(AsRef::as_ref)
    }

    /// The state without the ceremonies and sessions whose time is over; `None` where there are none.
    #[must_use]
    pub fn swept(&self, now: Timestamp) -> Option<Self> {
        let is_over = self.behaviour.as_ref().is_some_and(|it| it.faults.iter().any(|fault| fault.is_over(now)));
        if !is_over && !self.tenants().any(|tenant| tenant.is_to_be_swept(now)) {
            return None;
        }
        let mut swept = self.clone();
        if let Some(behaviour) = swept.behaviour.take() {
            let mut behaviour = Arc::unwrap_or_clone(behaviour);
            behaviour.faults.retain(|fault| !fault.is_over(now));
            swept = swept.behaving(behaviour);
        }
        for tenant in swept.tenants.iter_mut().flatten().filter(|tenant| tenant.is_to_be_swept(now)) {
            Arc::make_mut(tenant).sweep(now);
        }
        Some(swept)
    }

    /// Pace and faults that were asked for; `None` where none were.
    #[must_use]
    pub fn behaviour(&self) -> Option<&Arc<Behaviour>> {
        self.behaviour.as_ref()
    }

    /// The same state with this behaviour, to begin with.
    #[must_use]
    pub fn behaving(mut self, behaviour: Behaviour) -> Self {
        for tenant in self.tenants.iter_mut().flatten() {
            let slots = behaviour.pace(tenant.name()).and_then(|pace| pace.bounds.slots);
            Arc::make_mut(tenant).bound_slots(slots);
        }
        self.behaviour = Some(behaviour.into()).filter(|behaviour: &Arc<Behaviour>| !behaviour.is_natural());
        self
    }

    fn collect_client_cas(&mut self) {
        let cas = self.tenants().filter_map(|it| it.policy().client_ca.clone().map(|ca| (it.name().clone(), ca)));
        let cas: Vec<_> = cas.collect();
        if *self.client_cas != *cas {
            self.client_cas = cas.into();
        }
    }

    /// Makes one change. The caller stores it first.
    pub fn apply(&mut self, change: &Change) {
        self.put(change);
        let has_cas = matches!(
            change.effect,
            ChangeEffect::CreateTenant(_) | ChangeEffect::DeleteTenant | ChangeEffect::SetPolicy(_)
        );
        if has_cas {
            self.collect_client_cas();
        }
    }

    fn put(&mut self, change: &Change) {
        let Ok(index) = usize::try_from(change.tenant.0) else { return };
        if let ChangeEffect::CreateTenant(tenant) = &change.effect {
            // The committer is the only one who changes anything, so the place is the next one.
            return self.tenants.push(Some(Arc::clone(tenant)));
        }
        if let ChangeEffect::Behave(behaviour) = &change.effect {
            self.behaviour = Some(Arc::clone(behaviour)).filter(|behaviour| !behaviour.is_natural());
            if let Some(tenant) = self.tenants.get_mut(index).and_then(Option::as_mut) {
                let slots = behaviour.pace(tenant.name()).and_then(|pace| pace.bounds.slots);
                Arc::make_mut(tenant).bound_slots(slots);
            }
            return;
        }
        if matches!(change.effect, ChangeEffect::DeleteTenant) {
            // A tenant of the same name that is created later begins without any of it.
            if let (Some(mut behaviour), Some(tenant)) =
                (self.behaviour.as_deref().cloned(), self.tenant(change.tenant))
            {
                let name = tenant.name();
                behaviour.tenants.remove(name);
                behaviour.faults.retain(|fault| fault.tenant.as_ref() != Some(name));
                *self = std::mem::take(self).behaving(behaviour);
            }
            return self.tenants.iter_mut().skip(index).take(1).for_each(|tenant| *tenant = None);
        }
        let Some(tenant) = self.tenants.get_mut(index).and_then(Option::as_mut) else { return };
        let tenant = Arc::make_mut(tenant);
        match &change.effect {
            // Done above.
            ChangeEffect::CreateTenant(_) | ChangeEffect::DeleteTenant | ChangeEffect::Behave(_) => {}
            ChangeEffect::SetPolicy(policy) => tenant.put_policy(policy.clone()),
            ChangeEffect::Suspend(is_suspended) => tenant.put_suspended(*is_suspended),
            ChangeEffect::Fill(slot, entry) => tenant.table_mut().put(*slot, Arc::clone(entry)),
            ChangeEffect::Empty(slot) => tenant.table_mut().remove(*slot),
            ChangeEffect::FillAsymmetric(slot, entry) => tenant.asymmetric_mut().put(*slot, Arc::clone(entry)),
            ChangeEffect::EmptyAsymmetric(slot) => tenant.asymmetric_mut().remove(*slot),
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
