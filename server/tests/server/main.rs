//! The server from outside: processes on free ports, real sockets, real signals.

mod asymmetric_oracle;
mod authority;
mod bad_input;
mod behaviour;
mod ceremony;
mod committer;
mod config;
mod development;
mod frames;
mod https;
mod kill;
mod lattice_oracle;
mod lifecycle;
mod log;
mod mapping;
mod oracle;
mod pki;
mod play;
mod profiles;
mod ready_pairs;
mod slow;
mod stores;
mod support;
mod tenants;
mod transcripts;
mod transport;
