//! Bounds and timeouts, each with its unit in its name.

use std::time::Duration;

use serde::Deserialize;

/// `[limits]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes of one frame.
    pub frame_bytes: usize,
    /// Fields of one frame.
    pub fields: usize,
    /// Connections in all.
    pub connections: usize,
    /// Connections of one client certificate.
    pub connections_per_client: usize,
    /// TLS handshakes that may be under way at a time, those of silent peers included; more wait in the system's queue.
    pub handshakes: usize,
    /// Slow work that is under way at a time: RSA keys, passwords, reading the audit. Each takes a thread, a password 19 MiB.
    pub slow_workers: usize,
    /// Slow work of one tenant that may wait; what comes then is refused as busy.
    pub slow_waiting: usize,
    /// RSA key pairs of 2,048 bits that are kept ready once one was asked for; none where keys come from a seed.
    pub ready_rsa_pairs: usize,
    /// From the connection to the end of its handshake.
    pub handshake_timeout_ms: u64,
    /// Without any request.
    pub idle_timeout_ms: u64,
    /// From a frame's first byte to its last.
    pub frame_timeout_ms: u64,
    /// For a client to take its replies.
    pub write_timeout_ms: u64,
    /// For open connections to end after SIGTERM.
    pub drain_timeout_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_bytes: 64 * 1024,
            fields: 64,
            connections: 10_000,
            connections_per_client: 1_000,
            handshakes: 5_000,
            slow_workers: 4,
            slow_waiting: 1_000,
            ready_rsa_pairs: 4,
            handshake_timeout_ms: 10_000,
            idle_timeout_ms: 600_000,
            frame_timeout_ms: 10_000,
            write_timeout_ms: 10_000,
            drain_timeout_ms: 5_000,
        }
    }
}

impl Limits {
    /// What a peer may send.
    #[must_use]
    pub fn frame(&self) -> protocol::frame::Limits {
        protocol::frame::Limits { frame_bytes: self.frame_bytes, fields: self.fields }
    }

    /// From the connection to the end of its handshake.
    #[must_use]
    pub fn handshake_timeout(&self) -> Duration {
        Duration::from_millis(self.handshake_timeout_ms)
    }

    /// Without any request.
    #[must_use]
    pub fn idle_timeout(&self) -> Duration {
        Duration::from_millis(self.idle_timeout_ms)
    }

    /// From a frame's first byte to its last.
    #[must_use]
    pub fn frame_timeout(&self) -> Duration {
        Duration::from_millis(self.frame_timeout_ms)
    }

    /// For a client to take its replies.
    #[must_use]
    pub fn write_timeout(&self) -> Duration {
        Duration::from_millis(self.write_timeout_ms)
    }

    /// For open connections to end.
    #[must_use]
    pub fn drain_timeout(&self) -> Duration {
        Duration::from_millis(self.drain_timeout_ms)
    }
}
