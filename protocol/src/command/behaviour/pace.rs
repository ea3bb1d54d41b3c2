//! Sets how fast the HSM, or one tenant, works, as hardware of a certain make would: a throughput licence, a latency, and limits of
//! a tenant. A profile sets all of them; ZPRF lists them. What is absent stays as it is. It holds until it is changed or the HSM is started again; the configuration says how that begins.
//!
//! Of two licences and two latencies, the HSM's and the tenant's, both hold: a request waits for both. A command with a latency
//! of its own has that one instead of the others' latency, even where it is 0.

use crate::field::code::WhenBusy;
use crate::field::latency::Latency;
use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// The tenant; the HSM as a whole when absent.
        "RT" tenant: Option<Text<32>>,
        /// Commands a second; 0 for as many as come.
        "TP" throughput: Option<Number<0, 1_000_000>>,
        /// What becomes of a command that comes too early.
        "QB" when_busy: Option<WhenBusy>,
        /// How much longer commands take; 0 for no longer.
        "LA" latency: Option<Latency>,
        /// The one command that LA is for; without LA, it has the others' latency again.
        "CO" command: Option<Text<4>>,
        /// A profile to begin with, instead of what there is; empty for none.
        "PF" profile: Option<Text<32>>,
        /// Connections of the tenant at a time; 0 for no limit of its own.
        "MC" connections: Option<Number<0, 1_000_000>>,
        /// Sessions of the tenant with a login at a time; 0 for no limit of its own.
        "MS" sessions: Option<Number<0, 1_000_000>>,
        /// Slots of the tenant's key table, where its policy allows more; 0 for as many as that.
        "RC" slots: Option<Number<0, 100_000>>,
    }
    response {
        /// The tenant.
        "RT" tenant: Option<Text<32>>,
        /// Commands a second; absent where there is no limit.
        "TP" throughput: Option<Number<0, 1_000_000>>,
        /// What becomes of a command that comes too early.
        "QB" when_busy: WhenBusy,
        /// How much longer commands take; absent for no longer.
        "LA" latency: Option<Latency>,
        /// Commands with a latency of their own, `command/latency`, comma separated.
        "BO" commands: Option<Text<8192>>,
        /// The profile that it began as.
        "PF" profile: Option<Text<32>>,
        /// Connections at a time; absent where there is no limit.
        "MC" connections: Option<Number<0, 1_000_000>>,
        /// Sessions with a login at a time; absent where there is no limit.
        "MS" sessions: Option<Number<0, 1_000_000>>,
        /// Slots; absent where the policy alone decides.
        "RC" slots: Option<Number<0, 100_000>>,
    }
}
