//! Sets how fast the HSM, or one tenant, works, as hardware of a certain make would: a throughput licence and a latency. What
//! is absent stays as it is. It holds until it is changed or the HSM is started again; the configuration says how that begins.
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
    }
}
