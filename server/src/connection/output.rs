//! Replies on their way out: gathered, written in one go, wiped.

use std::io;

use protocol::buffer::Buffer;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

/// Room for a batch of ordinary replies.
const ORDINARY_BYTES: usize = 16 * 1024;

/// Replies that have not been written yet.
#[derive(Default)]
pub(super) struct Output {
    waiting: Buffer,
    /// Bytes of the last reply.
    last: usize,
}

impl Output {
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// A request is at hand that has no reply yet.
    pub(super) fn begin(&mut self) {
        self.last = 0;
    }

    /// Appends the one reply that `write` makes.
    pub(super) fn append<T>(&mut self, write: impl FnOnce(&mut Buffer) -> T) -> T {
        let start = self.waiting.len();
        let made = write(&mut self.waiting);
        self.last = self.waiting.len() - start;
        made
    }

    /// Bytes of the reply that was appended last.
    pub(super) fn last(&self) -> usize {
        self.last
    }

    /// Takes the reply back that was appended last.
    pub(super) fn take_back(&mut self) {
        self.waiting.truncate(self.waiting.len().saturating_sub(self.last));
        self.last = 0;
    }

    /// The reply that was appended last.
    pub(super) fn last_mut(&mut self) -> &mut [u8] {
        let at = self.waiting.len().saturating_sub(self.last);
        &mut self.waiting.as_mut_slice()[at..]
    }

    /// Takes the second half of the reply back that was appended last.
    pub(super) fn halve(&mut self) {
        let half = self.last / 2;
        self.waiting.truncate(self.waiting.len().saturating_sub(half));
        self.last -= half;
    }

    /// Writes everything and wipes it. What a failed write leaves is wiped with the connection.
    pub(super) async fn send<S: AsyncWrite + Unpin>(&mut self, stream: &mut S) -> io::Result<()> {
        stream.write_all(&self.waiting).await?;
        stream.flush().await?;
        self.waiting.clear();
        Ok(())
    }

    /// Wipes what has not left.
    pub(super) fn drop_all(&mut self) {
        self.waiting.clear();
        self.last = 0;
    }

    /// Whether it has grown beyond what a batch of ordinary replies needs.
    pub(super) fn has_grown(&self) -> bool {
        self.waiting.capacity() > ORDINARY_BYTES
    }

    /// Whether it has memory of its own.
    #[cfg(test)]
    pub(super) fn has_memory(&self) -> bool {
        self.waiting.capacity() > 0
    }

    /// Lets go of memory that an idle connection does not need.
    pub(super) fn rest(&mut self) {
        if self.waiting.is_empty() {
            self.waiting = Buffer::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn replies_leave_in_order_and_nothing_stays() {
        let mut output = Output::default();
        for part in [&b"one"[..], &[b'x'; 5000], b"three"] {
            output.append(|out| out.extend_from_slice(part));
        }
        let mut sent = Vec::new();
        output.send(&mut sent).await.expect("a vector takes everything");
        assert_eq!((sent.len(), &sent[..4], &sent[5003..]), (5008, &b"onex"[..], &b"three"[..]));
        assert_eq!(output.len(), 0);
        output.rest();
        assert_eq!(output.waiting.capacity(), 0);
    }
}
