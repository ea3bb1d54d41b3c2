//! Replies on their way out: gathered, written in one go, wiped.

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use protocol::buffer::Buffer;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

/// Room for a batch of ordinary replies.
const ORDINARY_BYTES: usize = 16 * 1024;

/// Why replies have not left, not all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsent {
    /// The network failed.
    Lost,
    /// The client did not take them in time.
    Unread,
}

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

    /// As [`Self::send`], for so long at most. `clock` is set where the client had to be waited for. What has not left never will:
    /// a part of it may have.
    pub(super) async fn send_within<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        most: Duration,
        clock: &mut Instant,
    ) -> Result<(), Unsent> {
        let sent = {
            let mut sending = pin!(self.send(stream));
            // Nearly all that is sent is taken at once, and needs no timer.
            match poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await {
                Poll::Ready(sent) => Ok(sent),
                Poll::Pending => {
                    let sent = Box::pin(timeout(most, sending)).await;
                    *clock = Instant::now();
                    sent
                }
            }
        };
        let unsent = match sent {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(_)) => Unsent::Lost,
            Err(_) => Unsent::Unread,
        };
        self.drop_all();
        Err(unsent)
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
    use tokio::io::{AsyncReadExt as _, duplex};
    use tokio::time::sleep;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    /// Sends 100 bytes over a stream that holds `room`, which are read after `pause`; how that ended, and whether the clock was
    /// set to when they were read, or not at all.
    async fn sent(room: usize, pause: Duration, most: Duration) -> (Result<(), Unsent>, bool, bool) {
        let (mut near, mut far) = duplex(room);
        let mut output = Output::default();
        output.append(|out| out.extend_from_slice(&[b'x'; 100]));
        let begun = Instant::now();
        let mut clock = begun;
        let reader = async {
            sleep(pause).await;
            // It may have been given up by then.
            let _ = far.read_exact(&mut [0; 100]).await;
        };
        let (result, ()) = tokio::join!(output.send_within(&mut near, most, &mut clock), reader);
        assert_eq!(output.len(), 0, "nothing is sent twice");
        (result, clock >= begun + pause, clock == begun)
    }

    #[tokio::test]
    async fn the_clock_is_set_where_the_client_had_to_be_waited_for() {
        let pause = Duration::from_millis(20);
        assert_eq!(sent(16, pause, LONG).await, (Ok(()), true, false));
        assert_eq!(sent(4096, pause, LONG).await, (Ok(()), false, true));
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_is_not_waited_for_beyond_the_limit() {
        let (mut near, _far) = duplex(16);
        let mut output = Output::default();
        output.append(|out| out.extend_from_slice(&[b'x'; 100]));
        let mut clock = Instant::now();
        let unread = output.send_within(&mut near, Duration::from_secs(10), &mut clock).await;
        assert_eq!((unread, output.len()), (Err(Unsent::Unread), 0));
        let (mut near, far) = duplex(16);
        drop(far);
        output.append(|out| out.extend_from_slice(b"x"));
        assert_eq!(output.send_within(&mut near, LONG, &mut clock).await, Err(Unsent::Lost));
    }

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
