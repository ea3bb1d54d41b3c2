//! The tenants as configuration and store describe them together.

use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use engine::audit::Chains;
use engine::behaviour::Behaviour;
use engine::provision;
use engine::seal::SealingKey;
use engine::tenant::TenantName;
use engine::{Event, State, Tenant, Timestamp};
use protocol::field::code::FaultKind;

use crate::config::{Config, Fault};
use crate::pki::mapping::Mapping;
use crate::seed::Randomness;
use crate::service;
use crate::store::{Revision, Store};

/// Whether major keys are generated for tenants that have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstKeys {
    /// None: a ceremony loads them.
    Ceremony,
    /// Random ones.
    Random,
}

/// Loads the tenants. One that has nobody yet gets the identities of a new tenant.
///
/// # Errors
/// A record that does not open, a store that fails, or no randomness.
pub fn load(
    config: &Config,
    store: &mut dyn Store,
    device: &SealingKey,
    randomness: &Randomness,
    first: FirstKeys,
) -> anyhow::Result<(State, Revision, Chains)> {
    let snapshot = store.load()?;
    let mut chains = Chains::new(snapshot.heads);
    let mut state = State::load(named(config)?, &snapshot.records, device)?;
    let now = service::now();
    let (behaviour, mut events) = behaviour(config, &state, now)?;
    state = state.behaving(behaviour);
    let root = randomness.root()?;
    let new: Vec<String> =
        state.tenants().filter(|it| it.people().has_nobody()).map(|it| it.name().to_string()).collect();
    let mut changes = match first {
        FirstKeys::Random => provision::major_keys(&state, &root, device)?,
        FirstKeys::Ceremony => Vec::new(),
    };
    changes.extend(provision::people(&state, device, &mut root.generator("people", 0)));
    if !changes.is_empty() {
        events.splice(0..0, new.iter().map(|name| Event::of_hsm(TenantName::new(name), "the tenant is made")));
        tracing::info!(tenants = new.join(","), "new tenants");
    }
    if changes.is_empty() && events.is_empty() {
        return Ok((state, snapshot.revision, chains));
    }
    let records: Vec<_> = changes.iter().filter_map(engine::Change::record).collect();
    let entries: Vec<_> = events.iter().map(|event| chains.link(now, event)).collect();
    let revision = store.commit(snapshot.revision, &records, &entries)?;
    changes.iter().for_each(|change| state.apply(change));
    Ok((state, revision, chains))
}

/// Pace and faults to begin with, and what the audit is to say of the faults.
fn behaviour(config: &Config, state: &State, now: Timestamp) -> anyhow::Result<(Behaviour, Vec<Event>)> {
    let mut behaviour = Behaviour::default();
    behaviour.hsm = config.pace.engine();
    behaviour.profiles = config.profiles.iter().map(|(name, profile)| profile.engine(name)).collect();
    for tenant in &config.tenants {
        let profile = tenant.profile.as_ref().and_then(|name| behaviour.profile(name));
        let pace = tenant.hardware(profile.map(|profile| profile.pace));
        if let Some(name) = TenantName::new(&tenant.name).filter(|_| !pace.is_natural()) {
            behaviour.tenants.insert(name, pace);
        }
    }
    let mut events = Vec::new();
    for Fault(request) in &config.faults {
        if request.kind == FaultKind::ServerExpired && !config.certificates.expired.exists() {
            bail!("[[fault]]: kind: server-expired needs `expired` in [certificates], a chain whose validity is over");
        }
        let named = request.tenant.as_ref().map(|name| {
            let tenant = state.find(name.as_str()).and_then(|id| state.tenant(id));
            tenant.ok_or_else(|| anyhow!("[[fault]]: tenant: there is no tenant {}", name.as_str()))
        });
        let tenant = named.transpose()?.map(Tenant::name);
        let fault = behaviour.add(request, tenant, now).context("[[fault]]")?;
        tracing::warn!(%fault, "made on purpose, as the configuration says");
        let what = format!("configuration: {fault}");
        events.push(Event::of_hsm(None, &what));
        events.extend(tenant.map(|tenant| Event::of_hsm(Some(tenant.clone()), &what)));
    }
    Ok((behaviour, events))
}

/// Names and policies.
fn named(config: &Config) -> anyhow::Result<Vec<(TenantName, engine::Policy)>> {
    let tenants = config.tenants.iter().map(|tenant| {
        let name = TenantName::new(&tenant.name).ok_or_else(|| anyhow!("{:?} is no tenant's name", tenant.name))?;
        let profile = tenant.profile.as_ref().map(|name| config.profiles.get(name));
        // Those that every HSM has say it all.
        let slots_of_profile = profile.is_some_and(|own| own.is_none_or(|own| own.slots.is_some()));
        Ok((name, tenant.policy(config.strictness, slots_of_profile)))
    });
    tenants.collect()
}

/// Whose certificate is whose.
#[must_use]
pub fn mapping(config: &Config) -> Mapping {
    Mapping::new(config.tenants.iter().map(|tenant| (tenant.name.clone(), tenant.fingerprints())))
}

/// Opens the store that the configuration names.
///
/// # Errors
/// The store cannot be opened; the text says what to do.
pub fn open_store(config: &crate::config::Store) -> anyhow::Result<Box<dyn Store>> {
    match config.kind {
        crate::config::StoreKind::Memory => Ok(Box::<crate::store::memory::Memory>::default()),
        crate::config::StoreKind::File => {
            let path: &Path = &config.path;
            let store = crate::store::file::File::open(path).with_context(|| {
                format!("store {}; `strongroom init` makes one, a backup restores one", path.display())
            })?;
            Ok(Box::new(store))
        }
    }
}
