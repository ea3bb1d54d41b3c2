//! Tenants made ready to work, for development: their major keys generated, everything from one seed.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::identity::Identity;
use crate::key::{self, KeyType};
use crate::major_key::{MajorKey, MajorKeyKind};
use crate::outcome::{Change, ChangeEffect};
use crate::policy::Policy;
use crate::random::{self, Generator};
use crate::record::{LoadError, Record};
use crate::seal::SealingKey;
use crate::state::State;
use crate::tenant::TenantName;

/// The major keys of a ready tenant, in the order in which they are generated.
pub const MAJOR_KEYS: &[(MajorKeyKind, KeyType)] = &[
    (MajorKeyKind::Pmk, KeyType::Aes256),
    (MajorKeyKind::Ftk, KeyType::Aes256),
    (MajorKeyKind::Bek, KeyType::Aes256),
    (MajorKeyKind::Mfk, KeyType::Tdes3),
];

/// The root of all randomness of one HSM, wiped on drop.
pub struct Seed(Zeroizing<[u8; 32]>);

impl Seed {
    /// The root of a text: equal texts make equal HSMs. Nothing made from it is secret.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self::from_bytes(Sha256::digest(text.as_bytes()).into())
    }

    /// The root of 32 bytes, which must be random where secrets are to come of it.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The generator for one purpose; `number` tells equal purposes apart.
    #[must_use]
    pub fn generator(&self, purpose: &str, number: u64) -> Generator {
        Generator::from_seed(random::derive_seed(&self.0, purpose, number))
    }

    /// The generator of a connection, numbered from 0 in the order of first use.
    #[must_use]
    pub fn connection(&self, number: u64) -> Generator {
        self.generator("connection", number)
    }

    /// The serial number of a development HSM.
    #[must_use]
    pub fn serial(&self) -> String {
        serial(&self.bytes("serial number"))
    }

    /// 32 bytes for one purpose, such as a private key.
    #[must_use]
    pub fn bytes(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(random::derive_seed(&self.0, purpose, 0))
    }
}

/// A serial number of these random bytes.
#[must_use]
pub fn serial(bytes: &[u8; 32]) -> String {
    let digits: String = bytes[..5].iter().map(|byte| format!("{byte:02X}")).collect();
    format!("SR-{digits}")
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed")
    }
}

/// Why tenants cannot be made ready.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A stored record.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A key.
    #[error(transparent)]
    Key(#[from] key::Error),
}

/// The device key of an HSM that no store keeps.
#[must_use]
pub fn device(seed: &Seed) -> SealingKey {
    SealingKey::device(&seed.bytes("device key"))
}

/// The changes that generate and load [`MAJOR_KEYS`] into the tenants of `state` that have none at all.
///
/// # Errors
/// A key type that no major key has.
pub fn major_keys(state: &State, seed: &Seed, device: &SealingKey) -> Result<Vec<Change>, key::Error> {
    let mut changes = Vec::new();
    for tenant in state.tenants().filter(|tenant| tenant.major_keys().loaded().next().is_none()) {
        let name = tenant.name().as_str();
        let mut random = seed.generator(&format!("tenant {name}"), 0);
        let Some(id) = state.find(name) else { continue };
        for (kind, key_type) in MAJOR_KEYS {
            let key = MajorKey::generate(*key_type, &mut random)?;
            changes.push(key.load(tenant.name(), id, *kind, device, &mut random));
        }
    }
    Ok(changes)
}

/// The changes that give the tenants of `state` that have nobody the identities of a new tenant.
#[must_use]
pub fn people(state: &State, device: &SealingKey, random: &mut Generator) -> Vec<Change> {
    let mut changes = Vec::new();
    for tenant in state.tenants().filter(|tenant| tenant.people().has_nobody()) {
        let Some(id) = state.find(tenant.name().as_str()) else { continue };
        for identity in Identity::built_in() {
            let record = Record::identity(tenant.name(), &identity, device, random);
            changes.push(Change::new(id, ChangeEffect::PutIdentity(identity.into()), record));
        }
    }
    changes
}

/// A state of ready tenants that no store keeps.
///
/// # Errors
/// See [`Error`].
pub fn state(tenants: impl IntoIterator<Item = (TenantName, Policy)>, seed: &Seed) -> Result<State, Error> {
    let device = device(seed);
    let mut state = State::load(tenants, &[], &device)?;
    let mut changes = major_keys(&state, seed, &device)?;
    changes.extend(people(&state, &device, &mut seed.generator("people", 0)));
    changes.iter().for_each(|change| state.apply(change));
    Ok(state)
}
