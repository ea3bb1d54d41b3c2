//! Major keys: the top of a tenant's hierarchy, each with its derived keys and schedules ready made.

pub mod ceremony;
pub mod fragment;

use std::fmt;
use std::sync::Arc;

use protocol::field::code::MajorKeySelector;

use crate::key::check_value::CheckValue;
use crate::key::derive::Kbpk;
use crate::key::{self, Algorithm, KeyMaterial, KeyType};
use crate::outcome::{Change, ChangeEffect};
use crate::policy::Policy;
use crate::random::Generator;
use crate::record::Record;
use crate::seal::SealingKey;
use crate::tenant::{TenantId, TenantName};
use crate::trusted_key;

/// Which major key (wire.md B.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MajorKeyKind {
    /// Master File Key: wraps the working keys of payments.
    Mfk,
    /// The major key for key exchange.
    Kek,
    /// Backup Encryption Key.
    Bek,
    /// Smart Card Encryption Key.
    Scek,
    /// Futurex Token Key: wraps every key of PKCS #11 and of the key table.
    Ftk,
    /// Platform Master Key: the default for keys and certificates.
    Pmk,
}

impl MajorKeyKind {
    /// All of them, in the order of their selectors.
    pub const ALL: &'static [Self] = &[Self::Mfk, Self::Kek, Self::Bek, Self::Scek, Self::Ftk, Self::Pmk];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mfk => "MFK",
            Self::Kek => "KEK",
            Self::Bek => "BEK",
            Self::Scek => "SCEK",
            Self::Ftk => "FTK",
            Self::Pmk => "PMK",
        }
    }

    /// Its selector on the wire (wire.md A.3).
    #[must_use]
    pub const fn selector(self) -> MajorKeySelector {
        match self {
            Self::Mfk => MajorKeySelector::Mfk,
            Self::Kek => MajorKeySelector::Kek,
            Self::Bek => MajorKeySelector::Bek,
            Self::Scek => MajorKeySelector::Scek,
            Self::Ftk => MajorKeySelector::Ftk,
            Self::Pmk => MajorKeySelector::Pmk,
        }
    }

    /// The type that it has unless another is asked for.
    #[must_use]
    pub const fn usual_type(self) -> KeyType {
        match self {
            Self::Mfk => KeyType::Tdes3,
            Self::Kek | Self::Bek | Self::Scek | Self::Ftk | Self::Pmk => KeyType::Aes256,
        }
    }

    /// Whether it can be of this type (wire.md B.5): the MFK wraps cryptograms, which triple DES makes; the others wrap
    /// key blocks and seal records, which AES does.
    #[must_use]
    pub const fn allows(self, key_type: KeyType) -> bool {
        match (self, key_type) {
            (Self::Mfk | Self::Kek, KeyType::Tdes2 | KeyType::Tdes3) => true,
            (Self::Mfk, KeyType::Aes128 | KeyType::Aes192 | KeyType::Aes256) => false,
            (
                Self::Kek | Self::Bek | Self::Scek | Self::Ftk | Self::Pmk,
                KeyType::Aes128 | KeyType::Aes192 | KeyType::Aes256,
            ) => true,
            (Self::Bek | Self::Scek | Self::Ftk | Self::Pmk, KeyType::Tdes2 | KeyType::Tdes3) | (_, KeyType::Des) => {
                false
            }
        }
    }

    /// What [`Self::allows`] asks, in words.
    pub(crate) const fn type_rule(self) -> &'static str {
        match self {
            Self::Mfk => "the MFK is two-key or three-key triple DES",
            Self::Kek => "the KEK is AES, or two-key or three-key triple DES",
            Self::Bek => "the BEK is AES",
            Self::Scek => "the SCEK is AES",
            Self::Ftk => "the FTK is AES",
            Self::Pmk => "the PMK is AES",
        }
    }

    /// Its number in the store; never reassigned.
    #[must_use]
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Mfk => 1,
            Self::Kek => 2,
            Self::Bek => 3,
            Self::Scek => 4,
            Self::Ftk => 5,
            Self::Pmk => 6,
        }
    }
}

/// Where a major key stands while it is being changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Age {
    /// In use.
    Current,
    /// Loaded beside the one in use, before the switch.
    Pending,
    /// The one that was in use before the switch, until it is retired.
    Former,
}

impl Age {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Current, Self::Pending, Self::Former];

    /// In one word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Pending => "pending",
            Self::Former => "former",
        }
    }

    /// Its number in the store; never reassigned.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Current => 0,
            Self::Pending => 1,
            Self::Former => 2,
        }
    }
}

impl From<MajorKeySelector> for MajorKeyKind {
    fn from(selector: MajorKeySelector) -> Self {
        match selector {
            MajorKeySelector::Mfk => Self::Mfk,
            MajorKeySelector::Kek => Self::Kek,
            MajorKeySelector::Bek => Self::Bek,
            MajorKeySelector::Scek => Self::Scek,
            MajorKeySelector::Ftk => Self::Ftk,
            MajorKeySelector::Pmk => Self::Pmk,
        }
    }
}

/// A major key in clear, inside the engine only.
pub struct MajorKey {
    key_type: KeyType,
    material: KeyMaterial,
    check_value: CheckValue,
    kbpk: Kbpk,
    sealing: SealingKey,
    trust: KeyMaterial,
}

impl MajorKey {
    /// A key from its material, which must have the length of its type.
    ///
    /// # Errors
    /// A type or length that no major key has.
    pub fn new(key_type: KeyType, material: KeyMaterial) -> Result<Self, key::Error> {
        let algorithm = key_type.algorithm();
        let kbpk = Kbpk::new(&material, algorithm)?;
        let check_value = key::check_value::check_value(algorithm, None, &material);
        let sealing = SealingKey::derive(&material, "strongroom key table");
        let trust = trusted_key::mac_key(&material);
        Ok(Self { key_type, material, check_value, kbpk, sealing, trust })
    }

    /// A key made from `random`.
    ///
    /// # Errors
    /// A type that no major key has.
    pub fn generate(key_type: KeyType, random: &mut Generator) -> Result<Self, key::Error> {
        Self::new(key_type, key::generate(key_type, random))
    }

    /// Its algorithm and length.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// Its algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.key_type.algorithm()
    }

    /// Its check value in the digits that `policy` gives major keys.
    #[must_use]
    pub fn check_value(&self, policy: &Policy) -> String {
        self.check_value.digits(policy.digits_of_major_key(self.algorithm()))
    }

    /// The context for wrapping keys under it.
    #[must_use]
    pub fn kbpk(&self) -> &Kbpk {
        &self.kbpk
    }

    /// The key itself, as KEK of a cryptogram, and for `--show-keys` in development.
    #[must_use]
    pub fn expose(&self) -> &KeyMaterial {
        &self.material
    }

    /// What seals the records of the key table.
    pub(crate) fn sealing(&self) -> &SealingKey {
        &self.sealing
    }

    /// What binds trusted public keys, where this is a PMK.
    pub(crate) fn trust(&self) -> &KeyMaterial {
        &self.trust
    }

    /// The change that loads this key into a tenant.
    #[must_use]
    pub fn load(
        self,
        name: &TenantName,
        tenant: TenantId,
        kind: MajorKeyKind,
        device: &SealingKey,
        random: &mut Generator,
    ) -> Change {
        let record = Record::major_key(name, (kind, Age::Current), &self, device, random);
        Change::new(tenant, ChangeEffect::Load(kind, Age::Current, Arc::new(self)), record)
    }
}

impl fmt::Debug for MajorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MajorKey({:?})", self.key_type)
    }
}

/// The major keys of one tenant.
#[derive(Clone, Debug, Default)]
pub struct MajorKeys([[Option<Arc<MajorKey>>; 6]; 3]);

impl MajorKeys {
    /// The key of this kind, if it is loaded.
    #[must_use]
    pub fn find(&self, kind: MajorKeyKind) -> Option<&MajorKey> {
        self.0[0][usize::from(kind.number()) - 1].as_deref()
    }

    /// The key of this kind and age, if it is loaded.
    #[must_use]
    pub fn of_age(&self, kind: MajorKeyKind, age: Age) -> Option<&Arc<MajorKey>> {
        self.0[usize::from(age.number())][usize::from(kind.number()) - 1].as_ref()
    }

    /// Those of all ages.
    pub fn all(&self) -> impl Iterator<Item = (MajorKeyKind, Age, &Arc<MajorKey>)> {
        let kinds = Age::ALL.into_iter().flat_map(|age| MajorKeyKind::ALL.iter().map(move |kind| (*kind, age)));
        kinds.filter_map(|(kind, age)| self.of_age(kind, age).map(|key| (kind, age, key)))
    }

    /// Those that are loaded.
    pub fn loaded(&self) -> impl Iterator<Item = (MajorKeyKind, &MajorKey)> {
        MajorKeyKind::ALL.iter().filter_map(|kind| self.find(*kind).map(|key| (*kind, key)))
    }

    pub(crate) fn put(&mut self, kind: MajorKeyKind, age: Age, key: Option<Arc<MajorKey>>) {
        self.0[usize::from(age.number())][usize::from(kind.number()) - 1] = key;
    }
}
