//! What the benches share: the work to measure, the floors to compare it with, and an HSM in process.

pub mod floor;
pub mod hsm;
pub mod work;
