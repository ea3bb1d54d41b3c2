//! Adds a fault that is made on purpose, so that clients can be tested: it strikes the commands that it is for, for as long as
//! it lasts, and ends by itself. An application cannot tell it from a real one. The same seed strikes the same commands.
//!
//! Faults are kept in memory only: a restart ends all of them.

use crate::field::code::FaultKind;
use crate::field::latency::Latency;
use crate::field::number::Number;
use crate::field::text::Text;

command! {
    request {
        /// What happens.
        "KI" kind: FaultKind,
        /// Seconds that it lasts.
        "TO" seconds: Number<1, 86_400>,
        /// Seconds until it begins; 0 when absent.
        "AF" after: Option<Number<0, 86_400>>,
        /// The tenant that it is for; all when absent.
        "RT" tenant: Option<Text<32>>,
        /// The command that it is for; all when absent.
        "CO" command: Option<Text<4>>,
        /// How many of a thousand commands it strikes; all when absent.
        "PC" per_thousand: Option<Number<1, 1000>>,
        /// For kind D: the delay.
        "LA" delay: Option<Latency>,
        /// For kind E: the error number to answer.
        "AM" error: Option<Number<100, 999>>,
        /// Chooses which commands are struck; 0 when absent.
        "SD" seed: Option<Number<0, 4_294_967_295>>,
    }
    response {
        /// Its number.
        "FI" fault: Number<1, 4_294_967_295>,
    }
}
