//! Lists the device profiles that ZPAC can give a tenant: those of the configuration, and those that every HSM has.
//!
//! The rates of the latter are tiers that payment HSMs are sold by; latencies and limits are ours, as no public source has them.

use crate::field::text::Text;

command! {
    request {}
    response {
        /// Each profile, comma separated: `name/commands a second/what becomes of those that come too early/latency/connections/`
        /// `sessions/slots`, with `*` where there is no limit.
        "BO" list: Text<60_000>,
    }
}
