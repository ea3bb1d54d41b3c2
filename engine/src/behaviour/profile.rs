//! Device profiles: a licence, latencies and limits under one name.

use protocol::field::code::WhenBusy;
use protocol::field::latency::Latency;

use super::pace::{Bounds, Pace};

/// Letters of a profile's name at most.
const LONGEST_NAME: usize = 32;

/// Ready-made ones: commands a second, microseconds that each takes longer, connections, sessions, slots. The rates are tiers
/// that payment HSMs are sold by (wire.md B.8); no public source has the rest, which is ours.
const READY_MADE: &[(&str, [u32; 6])] = &[
    ("tps-250", [250, 1500, 3000, 64, 16, 1_000]),
    ("tps-1000", [1_000, 800, 1500, 128, 32, 5_000]),
    ("tps-5000", [5_000, 300, 600, 256, 64, 10_000]),
    ("tps-20000", [20_000, 150, 300, 1_024, 128, 50_000]),
    ("tps-50000", [50_000, 100, 200, 4_096, 256, 100_000]),
];

/// What is had under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name, which stands in the pace, too.
    pub name: Box<str>,
    /// What it is.
    pub pace: Pace,
}

impl Profile {
    /// A profile of this name.
    #[must_use]
    pub fn new(name: &str, pace: Pace) -> Self {
        Self { name: name.into(), pace: Pace { profile: Some(name.into()), ..pace } }
    }

    /// Whether it is a legal name: 1 to 32 lower-case letters, digits and hyphens.
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        let is_legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_legal)
    }

    /// Those that every HSM has.
    #[must_use]
    pub fn ready_made() -> Vec<Self> {
        let made = READY_MADE.iter().map(|(name, [rate, low, high, connections, sessions, slots])| {
            let bounds = Bounds { connections: Some(*connections), sessions: Some(*sessions), slots: Some(*slots) };
            let pace = Pace {
                throughput: Some(*rate),
                when_busy: WhenBusy::Queue,
                latency: Some(Latency::Uniform(*low, *high)),
                bounds,
                ..Pace::default()
            };
            Self::new(name, pace)
        });
        made.collect()
    }
}
