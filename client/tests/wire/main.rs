//! The client against a peer that misbehaves in the ways networks and HSMs do.

mod calls;
mod failures;
mod peer;
mod pool;
mod tls;
