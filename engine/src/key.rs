//! Keys: what they are, what they may do, and the forms in which they travel.

pub mod agreement;
mod algorithm;
mod attributes;
pub mod check_value;
pub mod cryptogram;
pub mod derive;
mod error;
pub mod key_block;
mod material;
pub mod modifier;
pub mod pair;
pub mod parity;
mod rules;
mod usage;
mod working;

pub use algorithm::{Algorithm, KeyType};
pub use attributes::{Attributes, Exportability, Mode};
pub use error::Error;
pub use material::{KeyMaterial, generate};
pub use pair::{KeyPair, PairPurpose};
pub use usage::Usage;
pub use working::WorkingKey;
