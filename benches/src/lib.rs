//! What the benches share: the work to measure, the floors to compare it with, an HSM in process, and servers and clients
//! in processes of their own.

pub mod floor;
pub mod goals;
pub mod hsm;
pub mod limits;
pub mod machine;
pub mod net;
pub mod process;
pub mod rounds;
pub mod site;
pub mod spin;
pub mod work;
