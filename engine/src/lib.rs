//! stub
#![allow(missing_docs, clippy::all)]
pub mod hsm; pub mod policy; pub mod session; pub mod tenant;
pub use hsm::{Facts, Hsm, Timestamp}; pub use policy::Policy; pub use session::{Channel, Session}; pub use tenant::{Tenant, TenantId}; pub use outcome::*; pub use state::State; pub use error::Error;
pub(crate) fn echo() -> protocol::command::link::echo::Response { ECHO }
pub mod error { #[derive(Debug, Clone, Copy, thiserror::Error)] pub enum Error { #[error("stub")] Stub }
 impl Error { pub fn code(&self) -> protocol::ErrorCode { protocol::ErrorCode::Internal } pub fn detail(&self) -> u16 { 0 } } }
pub mod random { #[derive(Debug)] pub struct Generator([u8;32]); impl Generator { pub fn from_seed(s: [u8;32]) -> Self { Self(s) } } }
pub mod seal { #[derive(Debug)] pub struct SealingKey; impl SealingKey { pub fn new(_: &[u8;32]) -> Self { Self } } }
pub mod key { #[derive(Clone,Copy,Debug,PartialEq,Eq)] pub enum KeyType { Aes256, Tdes3 } impl KeyType { pub fn name(self) -> &'static str { "x" } } pub struct KeyMaterial; impl KeyMaterial { pub fn expose(&self) -> &[u8] { &[1,2] } } #[derive(Debug, thiserror::Error)] #[error("e")] pub struct Error; }
pub mod major_key {
  #[derive(Clone,Copy,Debug,PartialEq,Eq)] pub enum MajorKeyKind { Mfk, Bek, Ftk, Pmk } impl MajorKeyKind { pub fn name(self) -> &'static str { "MFK" } }
  pub struct MajorKey; impl MajorKey { pub fn generate(_: crate::key::KeyType, _: &mut crate::random::Generator) -> Result<Self, crate::key::Error> { Ok(Self) }
   pub fn key_type(&self) -> crate::key::KeyType { crate::key::KeyType::Aes256 } pub fn check_value(&self, _: &crate::Policy) -> String { "ABCD".into() } pub fn expose(&self) -> &crate::key::KeyMaterial { &crate::key::KeyMaterial }
   pub fn load(self, state: &crate::State, tenant: crate::TenantId, kind: MajorKeyKind, _d: &crate::seal::SealingKey, _r: &mut crate::random::Generator) -> Option<crate::Change> { let n = state.tenant(tenant)?.name(); Some(crate::Change { record: crate::record::Record { table: crate::record::Table::MajorKeys, key: format!("{n}{kind:?}").into_bytes(), value: Some(vec![1]) } }) } }
  #[derive(Clone, Debug, Default)] pub struct MajorKeys; impl MajorKeys { pub fn find(&self, _: MajorKeyKind) -> Option<&MajorKey> { None } pub fn loaded(&self) -> impl Iterator<Item = (MajorKeyKind, &MajorKey)> { std::iter::empty() } } }
pub mod outcome { use crate::record::Record; #[derive(Debug)] pub struct Outcome { pub response: protocol::command::Response, pub changes: Vec<Change>, pub event: Option<Event> }
 #[derive(Clone, Debug)] pub struct Change { pub record: Record } impl Change { pub fn record(&self) -> &Record { &self.record } }
 #[derive(Clone, Debug)] pub struct Event; impl std::fmt::Display for Event { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("event") } } }
pub mod record {
 #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)] pub enum Table { MajorKeys, Keys }
 #[derive(Clone, Debug, PartialEq, Eq)] pub struct Record { pub table: Table, pub key: Vec<u8>, pub value: Option<Vec<u8>> }
 #[derive(Clone, Debug)] pub struct Stored { pub table: Table, pub key: Vec<u8>, pub value: Vec<u8> }
 #[derive(Debug, thiserror::Error)] #[error("load")] pub struct LoadError; }
pub mod state { use std::sync::Arc; use crate::*; #[derive(Clone, Debug, Default)] pub struct State { tenants: Vec<Arc<Tenant>> }
 impl State { pub fn load(t: impl IntoIterator<Item = (tenant::TenantName, Policy)>, _: &[record::Stored], _: &seal::SealingKey) -> Result<Self, record::LoadError> { Ok(Self { tenants: t.into_iter().map(|(name, policy)| Arc::new(Tenant { name, policy, mk: Default::default() })).collect() }) }
 pub fn find(&self, name: &str) -> Option<TenantId> { let i = self.tenants.iter().position(|t| t.name().as_str() == name)?; u32::try_from(i).ok().map(TenantId) }
 pub fn tenant(&self, id: TenantId) -> Option<&Tenant> { self.tenants.get(id.0 as usize).map(AsRef::as_ref) }
 pub fn tenants(&self) -> impl Iterator<Item = &Tenant> { self.tenants.iter().map(AsRef::as_ref) }
 pub fn apply(&mut self, _: &Change) {} } }
