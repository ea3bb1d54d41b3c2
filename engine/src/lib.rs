//! The engine of Strongroom: tenants, major keys, key blocks, and one handler per command.
//!
//! Sans-io: time and randomness are arguments, and [`Hsm::execute`] changes nothing but the session. What a command
//! wants changed comes back in its [`Outcome`], for the caller to store first and to publish after.
#![forbid(unsafe_code)]

mod access;
mod anchors;
pub mod asymmetric;
pub mod attest;
pub mod audit;
mod authentication;
mod backup;
pub mod behaviour;
mod ceremonies;
pub mod certificate;
mod certify;
mod chain;
pub mod cipher;
pub mod client_ca;
mod codec;
mod command;
mod context;
mod continuation;
mod credentials;
mod data;
mod der;
mod encapsulation;
mod envelope;
pub mod error;
mod exchange;
pub mod hash;
mod held;
pub mod hsm;
pub mod identity;
pub mod key;
pub mod login;
pub mod mac;
pub mod major_key;
pub mod outcome;
mod pairs;
pub mod partition;
pub mod password;
pub mod people;
mod placing;
pub mod policy;
pub mod provision;
pub mod public_key;
pub mod random;
pub mod record;
mod recorded;
pub mod seal;
pub mod selftest;
pub mod session;
mod signing;
pub mod slot;
pub mod state;
pub mod tenant;
mod tokens;
pub mod tr34;
mod transport;
pub mod trusted_key;
mod trusting;
mod wipe;
pub mod work;

pub use audit::Event;
pub use error::Error;
pub use hsm::{Facts, Hsm, Timestamp};
pub use outcome::{Change, Outcome};
pub use policy::Policy;
pub use protocol::field::data::Fingerprint;
pub use session::{Channel, Origin, Session};
pub use state::State;
pub use tenant::{Tenant, TenantId};
