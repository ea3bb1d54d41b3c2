//! The wire of Strongroom: frames, fields and the one table of commands.
//!
//! Sans-io: this crate turns bytes into typed requests and typed responses into bytes, both ways, and holds no key,
//! no socket and no clock. Everything that is known about a command (its tags, its text, who may call it, where our
//! knowledge of it comes from) is written once, in its contract, and everything else is derived from that.
#![forbid(unsafe_code)]

#[macro_use]
mod macros;

pub mod audit;
pub mod backup;
pub mod buffer;
pub mod command;
pub mod deframer;
pub mod envelope;
pub mod error;
pub mod fault;
pub mod field;
pub mod fragment;
pub mod frame;
pub mod hex;
pub mod manual;
pub mod pem;
pub mod permission;
pub mod secret;
pub mod tag;

pub use error::{Error, ErrorCode};
