//! The server from outside: processes on free ports, real sockets, real signals.

mod committer;
mod config;
mod development;
mod frames;
mod lifecycle;
mod mapping;
mod stores;
mod support;
mod transport;
