//! The server of Strongroom: listeners, TLS, stores and the `strongroom` command around the engine.
//!
//! Invariants:
//! - A request that reads works on a published snapshot and takes no lock; a request that changes something goes
//!   through the [`committer`], which stores before it publishes and publishes before it answers.
//! - `ERRO` is written in [`connection`] and nowhere else.
//! - Whom a connection belongs to is decided once, by [`pki::mapping`], before its first byte is read.
//! - A [`store`] sees sealed records and public facts, never a clear key.
//! - The log is given no frame, no field and no key.
#![forbid(unsafe_code)]

pub mod cli;
pub mod committer;
pub mod config;
pub mod connection;
pub mod descriptors;
pub mod device_key;
pub mod emulation;
pub mod https;
pub mod limiter;
pub mod listener;
pub mod metrics;
pub mod pki;
pub mod private_file;
pub mod profile;
pub mod ready;
pub mod run;
pub mod seed;
pub mod service;
pub mod slow;
pub mod store;
pub mod telemetry;
pub mod tenants;
pub mod tls;
pub mod trust;
