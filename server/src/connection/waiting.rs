//! Waiting for a client's next bytes.

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use protocol::deframer::Deframer;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, Sleep};
use tokio_util::sync::WaitForCancellationFuture;

use super::output::Output;

/// How long a connection keeps its buffers while nothing comes. A busy one never waits so long; of a great number, most
/// do, and wait without.
const KEEP: Duration = Duration::from_millis(100);

/// What ended a wait.
pub(super) enum Woken {
    /// So many bytes have come, none at the end of the stream.
    Read(io::Result<usize>),
    /// It was the deadline.
    Late,
    /// The server stops, and no frame has begun.
    Stopped,
}

/// How long a connection waits.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// Since when it has nothing to do.
    pub(super) since: Instant,
    /// Until when it waits.
    pub(super) deadline: Instant,
    /// Whether no frame has begun.
    pub(super) is_between_frames: bool,
}

/// What a connection waits with, made once: a timer for every wait would cost more than reading a request.
pub(super) struct Waiting<'a, 's> {
    /// May ring too early, and is then set again; never too late.
    pub(super) timer: Pin<&'a mut Sleep>,
    pub(super) stopped: Pin<&'a mut WaitForCancellationFuture<'s>>,
}

impl Waiting<'_, '_> {
    /// Reads into the spare room of `deframer`, which there is, and which is still to be told how much came.
    pub(super) async fn read<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        deframer: &mut Deframer,
        output: &mut Output,
        patience: Patience,
    ) -> Woken {
        let mut has_buffers = true;
        poll_fn(|context| {
            // What has arrived is answered even while the server stops.
            if let Poll::Ready(read) = poll_read(stream, context, deframer.spare()) {
                return Poll::Ready(Woken::Read(read));
            }
            if !has_buffers {
                deframer.rest();
            }
            if patience.is_between_frames && self.stopped.as_mut().poll(context).is_ready() {
                return Poll::Ready(Woken::Stopped);
            }
            while self.has_rung(context, patience.until(has_buffers)) {
                if Instant::now() >= patience.deadline {
                    return Poll::Ready(Woken::Late);
                }
                has_buffers = false;
                deframer.rest();
                output.rest();
            }
            Poll::Pending
        })
        .await
    }

    /// Whether it is `until`; the task is woken then, if not.
    fn has_rung(&mut self, context: &mut Context<'_>, until: Instant) -> bool {
        if self.timer.deadline() > until {
            self.timer.as_mut().reset(until);
        }
        while self.timer.as_mut().poll(context).is_ready() {
            if Instant::now() >= until {
                return true;
            }
            self.timer.as_mut().reset(until);
        }
        false
    }
}

impl Patience {
    /// When there is something to do but to read.
    fn until(self, has_buffers: bool) -> Instant {
        if has_buffers && self.is_between_frames { self.deadline.min(self.since + KEEP) } else { self.deadline }
    }
}

fn poll_read<S: AsyncRead + Unpin>(
    stream: &mut S,
    context: &mut Context<'_>,
    place: &mut [u8],
) -> Poll<io::Result<usize>> {
    let mut place = ReadBuf::new(place);
    Pin::new(stream).poll_read(context, &mut place).map_ok(|()| place.filled().len())
}
