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

/// How long a connection keeps ordinary buffers while nothing comes. A busy one never waits so long; of a great number, most
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
            // What one long exchange needed is not kept for the short ones that may follow for hours.
            if patience.is_between_frames && (!has_buffers || deframer.has_grown()) {
                deframer.rest();
            }
            if output.has_grown() {
                output.rest();
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

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use protocol::frame::{Limits, Strictness};
    use tokio::io::{AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::time::{sleep, sleep_until};
    use tokio_util::sync::CancellationToken;

    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    const fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    /// Waits once for each of `waits`, for so long at most, between frames or not, while `client` plays; tells how each ended and
    /// when, and whether replies, which had been of so many bytes, still had memory.
    async fn play(
        waits: &[(Duration, bool)],
        reply: usize,
        stop: &CancellationToken,
        client: impl AsyncFnOnce(DuplexStream),
    ) -> Vec<(String, Duration, bool)> {
        let (mut stream, far) = duplex(4096);
        let mut deframer = Deframer::new(Limits::default(), Strictness::Lenient);
        let mut output = Output::default();
        let begun = Instant::now();
        let (timer, stopped) = (pin!(sleep_until(begun + LONG)), pin!(stop.cancelled()));
        let mut waiting = Waiting { timer, stopped };
        let server = async {
            let mut ends = Vec::new();
            for (most, is_between_frames) in waits {
                output.append(|out| out.extend_from_slice(&vec![b'x'; reply]));
                output.drop_all();
                let since = Instant::now();
                let patience = Patience { since, deadline: since + *most, is_between_frames: *is_between_frames };
                let woken = waiting.read(&mut stream, &mut deframer, &mut output, patience).await;
                let end = match woken {
                    Woken::Read(Ok(read)) => {
                        deframer.advance(read);
                        format!("{read} bytes")
                    }
                    Woken::Read(Err(error)) => error.to_string(),
                    Woken::Late => "late".to_owned(),
                    Woken::Stopped => "stopped".to_owned(),
                };
                ends.push((end, begun.elapsed(), output.has_memory()));
            }
            let whole = deframer.poll().ok().flatten().is_some();
            ends.push((format!("whole: {whole}"), Duration::ZERO, false));
            ends
        };
        tokio::join!(server, client(far)).0
    }

    fn ends(told: &[(String, Duration, bool)]) -> Vec<(&str, u128, bool)> {
        told.iter().map(|(end, at, has_memory)| (end.as_str(), at.as_millis(), *has_memory)).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_long_gives_buffers_back_and_loses_nothing() {
        let waits = [(LONG, true), (LONG, true), (LONG, false)];
        let told = play(&waits, 100, &CancellationToken::new(), async |mut far| {
            for (pause, part) in [(50, &b" "[..]), (150, b"[AOEC"), (1000, b"HO;]")] {
                sleep(ms(pause)).await;
                far.write_all(part).await.expect("room");
            }
            sleep(ms(1)).await;
        })
        .await;
        let expected =
            [("1 bytes", 50, true), ("5 bytes", 200, false), ("4 bytes", 1200, true), ("whole: true", 0, false)];
        assert_eq!(ends(&told), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn memory_of_a_long_exchange_is_given_back_at_once() {
        for (reply, has_memory) in [(4_000, true), (40_000, false)] {
            let told = play(&[(LONG, true)], reply, &CancellationToken::new(), async |mut far| {
                sleep(ms(1)).await;
                far.write_all(b" ").await.expect("room");
                sleep(ms(1)).await;
            })
            .await;
            assert_eq!(ends(&told)[0], ("1 bytes", 1, has_memory), "{reply}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn deadlines_hold_whatever_the_timer_was_set_to_before() {
        let waits = [(LONG, true), (ms(30), true), (ms(60), false), (ms(400), true)];
        let told = play(&waits, 100, &CancellationToken::new(), async |mut far| {
            sleep(ms(10)).await;
            far.write_all(b"[").await.expect("room");
            sleep(LONG).await;
        })
        .await;
        let late: Vec<_> = ends(&told)[1..4].iter().map(|(end, at, _)| (*end, *at)).collect();
        // The timer counts whole milliseconds and may ring one late.
        for ((end, at), expected) in late.into_iter().zip([40, 100, 500]) {
            assert!(end == "late" && (expected..expected + 4).contains(&at), "{end} at {at}, not at {expected}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_waits_between_frames_only() {
        let stop = CancellationToken::new();
        let told = play(&[(LONG, true), (ms(50), false), (LONG, true)], 100, &stop, async |_far| {
            sleep(ms(150)).await;
            stop.cancel();
            sleep(LONG).await;
        })
        .await;
        let told: Vec<_> = ends(&told)[..3].iter().map(|(end, ..)| *end).collect();
        assert_eq!(told, ["stopped", "late", "stopped"]);
    }
}
