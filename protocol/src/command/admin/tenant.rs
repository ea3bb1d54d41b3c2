//! Tells the state of one tenant: its major keys with their check values, its policy, its key table.

use crate::field::code::{TenantOrigin, Verdict, Yes};
use crate::field::data::Fingerprint;
use crate::field::latency::Latency;
use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// The tenant's name.
        "RT" tenant: Text<32>,
    }
    response {
        /// The tenant's name.
        "RT" tenant: Text<32>,
        /// Major keys, `name/algorithm/check value`, comma separated; absent when none is loaded.
        "BO" major_keys: Option<Text<512>>,
        /// Forms of key that are accepted, comma separated: TR31, CRYPTOGRAM.
        "OF" key_block_policy: Text<64>,
        /// Digits of a working key's check value, 4 or 6.
        "CM" check_digits: Number<4, 6>,
        /// Where it comes from.
        "OG" origin: TenantOrigin,
        /// Y while it is suspended.
        "SU" suspended: Option<Yes>,
        /// SHA-256 of the first certificate of its own client CA, where ZTCR or ZTCH has given it one.
        "CC" client_ca: Option<Fingerprint>,
        /// Keys in the key table.
        "CA" keys: Number<0, 100_000>,
        /// Slots of the key table.
        "RC" slots: Number<0, 100_000>,
        /// The device profile that it was given; ZPAC sets it and what follows.
        "PF" profile: Option<Text<32>>,
        /// Commands a second; absent where there is no limit.
        "TP" throughput: Option<Number<0, 1_000_000>>,
        /// How much longer commands take; absent for no longer.
        "LA" latency: Option<Latency>,
        /// Connections at a time; absent where the tenant has no limit of its own.
        "MC" connections: Option<Number<0, 1_000_000>>,
        /// Sessions with a login at a time, likewise.
        "MS" sessions: Option<Number<0, 1_000_000>>,
        /// Whether whoever may use keys may have the tenant trust a root certificate.
        "CR" client_roots: Verdict,
        /// Whether certificates and requests may be signed with SHA-1.
        "SH" sha1_signatures: Verdict,
    }
}
