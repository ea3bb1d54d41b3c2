//! The engine as its callers see it: frames in, replies and changes out.

mod anchors;
mod backups;
mod changes;
mod export;
mod isolation;
mod key_blocks;
mod lattices;
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
mod stored_pairs;
mod support;
mod table;
mod tenants;
mod tokens;
mod transcripts;
mod vectors;
mod wycheproof;
mod zeroing;
