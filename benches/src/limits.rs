//! Limits that fail the checks: what was measured last, and a few in a hundred for compilers and crates. Whoever makes
//! something cheaper lowers its limit; the gates of the goals stand beside those that are not there yet.

/// Instructions of one run of `instructions`, by the names of its benches. They count one run and what is
/// around it, such as letting go of what was made, where the goals take the difference of many runs.
pub mod instructions {
    /// Gate 550.
    pub const WRAP: u64 = 1190;
    /// Gate 800.
    pub const UNWRAP: u64 = 1510;
    /// Splitting and decoding a request.
    pub const PARSE: u64 = 1375;
    /// From bytes to bytes. Gate 2,800.
    pub const GPED: u64 = 6850;
    /// Gate 2,800.
    pub const TWKA: u64 = 6690;
    /// A new key.
    pub const GPGS: u64 = 5160;
    /// Data under a key that comes in.
    pub const ECID: u64 = 5570;
    /// A MAC, likewise.
    pub const GMAC: u64 = 6260;
    /// Nothing.
    pub const ECHO: u64 = 2020;
}

/// Lines of the goals by their rows and how they begin, and what is too much.
pub const LINES: &[(u8, &str, f64)] = &[
    // Gate 0.
    (6, "engine, heap allocations of GPED", 0.0),
    (6, "engine, heap allocations of TWKA", 0.0),
    (6, "engine, heap allocations of TWKA, stored key", 0.0),
    (6, "engine, heap allocations of GPGS", 0.0),
    (6, "engine, heap allocations of ECID", 0.0),
    (6, "engine, heap allocations of GMAC", 0.0),
    (6, "engine, heap allocations of ECHO", 0.0),
    // Gates 1.40 and 3.0. The echo's own count moves by a tenth and more from run to run.
    (7, "instructions over the echo's, depth 1,", 1.90),
    (7, "instructions over the echo's, depth 16,", 6.5),
    // Gate 14,336.
    (12, "bytes of an idle connection, of 1,000", 13_700.0),
    // Gate 1.2.
    (13, "memory of connections that sent 16 KiB", 1.2),
];
