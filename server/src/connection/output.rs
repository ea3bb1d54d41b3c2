//! Replies on their way out: gathered, written in one go, wiped.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use zeroize::Zeroize as _;

/// Room for ordinary batches; only a batch of large replies needs more.
const START_BYTES: usize = 4 * 1024;

/// Replies that have not been written yet.
///
/// Invariant: memory that held a reply is wiped before it is used again or let go, also where it is outgrown.
#[derive(Default)]
pub(super) struct Output {
    waiting: Vec<u8>,
    /// The next reply. It is made here and then appended, so that `waiting` grows only in [`Self::room`].
    reply: Vec<u8>,
    /// Bytes of the last reply.
    last: usize,
}

impl Output {
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Appends the one reply that `write` makes; `largest` is what it may take.
    pub(super) fn append(&mut self, largest: usize, write: impl FnOnce(&mut Vec<u8>)) {
        if self.reply.capacity() < largest {
            self.reply = Vec::with_capacity(largest);
        }
        write(&mut self.reply);
        self.room(self.reply.len());
        self.waiting.extend_from_slice(&self.reply);
        self.last = self.reply.len();
        self.reply.as_mut_slice().zeroize();
        self.reply.clear();
    }

    /// Bytes of the reply that was appended last.
    pub(super) fn last(&self) -> usize {
        self.last
    }

    /// Takes the reply back that was appended last.
    pub(super) fn take_back(&mut self) {
        let kept = self.waiting.len().saturating_sub(self.last);
        self.waiting[kept..].zeroize();
        self.waiting.truncate(kept);
        self.last = 0;
    }

    /// The reply that was appended last.
    pub(super) fn last_mut(&mut self) -> &mut [u8] {
        let at = self.waiting.len().saturating_sub(self.last);
        &mut self.waiting[at..]
    }

    /// Takes the second half of the reply back that was appended last.
    pub(super) fn halve(&mut self) {
        let half = self.last / 2;
        let kept = self.waiting.len().saturating_sub(half);
        self.waiting[kept..].zeroize();
        self.waiting.truncate(kept);
        self.last -= half;
    }

    /// Writes everything and wipes it. What a failed write leaves is wiped with the connection.
    pub(super) async fn send<S: AsyncWrite + Unpin>(&mut self, stream: &mut S) -> io::Result<()> {
        stream.write_all(&self.waiting).await?;
        stream.flush().await?;
        self.wipe();
        Ok(())
    }

    /// Lets go of memory that an idle connection does not need.
    pub(super) fn rest(&mut self) {
        self.reply = Vec::new();
        if self.waiting.is_empty() && self.waiting.capacity() > START_BYTES {
            self.waiting = Vec::new();
        }
    }

    fn room(&mut self, more: usize) {
        let needed = self.waiting.len() + more;
        if needed > self.waiting.capacity() {
            let mut larger = Vec::with_capacity(needed.next_power_of_two().max(START_BYTES));
            larger.extend_from_slice(&self.waiting);
            self.wipe();
            self.waiting = larger;
        }
    }

    fn wipe(&mut self) {
        self.waiting.as_mut_slice().zeroize();
        self.waiting.clear();
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn replies_leave_in_order_and_nothing_stays() {
        let mut output = Output::default();
        for part in [&b"one"[..], &[b'x'; 5000], b"three"] {
            output.append(8192, |out| out.extend_from_slice(part));
        }
        let mut sent = Vec::new();
        output.send(&mut sent).await.expect("a vector takes everything");
        assert_eq!((sent.len(), &sent[..4], &sent[5003..]), (5008, &b"onex"[..], &b"three"[..]));
        assert_eq!(output.len(), 0);
        output.rest();
        assert_eq!(output.waiting.capacity() + output.reply.capacity(), 0);
    }
}
