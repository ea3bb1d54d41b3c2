//! Makes a backup of the tenant, sealed under its BEK, for this connection to read part by part.
//!
//! It holds the keys of the key table, identities and roles, or both; no major key: those are on cards. A connection has one
//! backup at a time, and it is gone when the connection closes.

use crate::field::code::BackupContents;
use crate::field::data::Envelope;
use crate::field::number::Number;

command! {
    request {
        /// What it holds; both when absent.
        "ME" contents: Option<BackupContents>,
    }
    response {
        /// The head, in clear; each part is bound to it.
        "HD" head: Envelope,
        /// Parts to read.
        "TT" parts: Number<0, 100_000>,
        /// Keys, identities and roles in it.
        "CM" items: Number<0, 200_000>,
    }
}
