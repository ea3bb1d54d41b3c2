//! The engine as its callers see it: frames in, replies and changes out.

mod backups;
mod changes;
mod export;
mod isolation;
mod key_blocks;
mod model;
mod pairs;
mod people;
mod pki;
mod policy;
mod properties;
mod public_key;
mod reasons;
mod records;
mod refusals;
mod support;
mod table;
mod tenants;
mod transcripts;
mod vectors;
mod wycheproof;
mod zeroing;
