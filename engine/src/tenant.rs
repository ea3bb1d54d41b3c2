//! A tenant: a virtual HSM with its own major keys, policy and key table.

use std::fmt;


/// The handle through which a tenant's data is reached; only a [`crate::State`] gives one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TenantId(pub(crate) u32);

/// A tenant's name: 1 to 32 lower-case letters, digits and hyphens, a letter first.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantName(Box<str>);

impl TenantName {
    /// A name that no tenant may have: it marks administrators' certificates.
    pub const RESERVED: &'static str = "administration";

    /// The name, if it is a legal one.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let first = name.bytes().next()?;
        let whole = (1..=32).contains(&name.len()) && first.is_ascii_lowercase() && name.bytes().all(legal);
        (whole && name != Self::RESERVED).then(|| Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TenantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}


/// t
#[derive(Clone, Debug)]
pub struct Tenant { pub(crate) name: TenantName, pub(crate) policy: crate::policy::Policy, pub(crate) mk: crate::major_key::MajorKeys }
impl Tenant {
    /// n
    pub fn name(&self) -> &TenantName { &self.name }
    /// n
    pub fn policy(&self) -> &crate::policy::Policy { &self.policy }
    /// n
    pub fn major_keys(&self) -> &crate::major_key::MajorKeys { &self.mk }
}
