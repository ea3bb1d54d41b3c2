//! The engine as its callers see it: frames in, replies and changes out.

mod isolation;
mod key_blocks;
mod policy;
mod properties;
mod records;
mod refusals;
mod support;
mod table;
mod transcripts;
mod vectors;
mod zeroing;
