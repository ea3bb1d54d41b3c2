//! Finds frames in a stream of bytes, whatever pieces it arrives in.

mod pool;

use bytes::BytesMut;
use zeroize::Zeroize as _;

use crate::error::Error;
use crate::frame::{Limits, Message, Refused, Span, Strictness};

/// First size of the receive buffer: ordinary requests never need more.
const START_BYTES: usize = 4 * 1024;

/// The receive buffer of one connection.
///
/// Invariants: memory is bounded by [`Limits::frame_bytes`]; bytes behind the parser are wiped before the next frame
/// is looked for; a buffer that is outgrown is wiped before it is let go.
#[derive(Debug)]
pub struct Deframer {
    buffer: BytesMut,
    /// Start of what was not yet consumed.
    head: usize,
    /// End of what was received.
    tail: usize,
    /// Up to where the frame at `head` is known to hold no `]`, so that no byte is searched twice.
    searched: usize,
    /// End of the frame handed out last; everything before it is wiped by the next call.
    handed_out: usize,
    spans: Vec<Span>,
    limits: Limits,
    strictness: Strictness,
}

impl Deframer {
    /// An empty buffer; memory is taken when the first bytes are asked for.
    #[must_use]
    pub fn new(limits: Limits, strictness: Strictness) -> Self {
        Self {
            buffer: BytesMut::new(),
            head: 0,
            tail: 0,
            searched: 0,
            handed_out: 0,
            spans: Vec::new(),
            limits,
            strictness,
        }
    }

    /// Where the transport may read to. Empty only when the frame is too long, which [`Self::poll`] then says.
    pub fn spare(&mut self) -> &mut [u8] {
        self.reclaim();
        if self.tail == self.buffer.len() {
            self.grow();
        }
        &mut self.buffer[self.tail..]
    }

    /// Says that `read` bytes of [`Self::spare`] were filled.
    ///
    /// # Panics
    /// If that is more than it has.
    pub fn advance(&mut self, read: usize) {
        assert!(read <= self.buffer.len() - self.tail, "more bytes than there was room for");
        self.tail += read;
    }

    /// Lets go of memory that an idle connection does not need; nothing that was received is lost.
    pub fn rest(&mut self) {
        self.reclaim();
        if self.head == self.tail {
            pool::give(std::mem::take(&mut self.buffer), std::mem::take(&mut self.spans));
        }
    }

    /// Whether it has grown beyond what ordinary requests need.
    #[must_use]
    pub fn has_grown(&self) -> bool {
        self.buffer.len() > START_BYTES
    }

    /// Whether a frame has begun and not ended.
    #[must_use]
    pub fn is_mid_frame(&self) -> bool {
        self.buffer[self.head.max(self.handed_out)..self.tail].iter().any(|byte| *byte > b' ')
    }

    /// The next whole frame, or `None` until more bytes have come.
    ///
    /// # Errors
    /// The frame at hand is refused. After an error that [`Error::is_fatal`] the stream must not be read further.
    pub fn poll(&mut self) -> Result<Option<Message<'_>>, Refused<'_>> {
        self.reclaim();
        let fatal = |error| Err(Refused { error, echo: None });
        while self.head < self.tail && self.buffer[self.head] <= b' ' {
            self.head += 1;
        }
        self.searched = self.searched.max(self.head);
        if self.head == self.tail {
            self.handed_out = self.head;
            return Ok(None);
        }
        let first = self.buffer[self.head];
        if first != b'[' {
            return fatal(Error::OutsideFrame { byte: first });
        }
        let Some(found) = memchr::memchr(b']', &self.buffer[self.searched..self.tail]) else {
            self.searched = self.tail;
            return if self.tail - self.head >= self.limits.frame_bytes {
                fatal(Error::FrameTooLong { limit: self.limits.frame_bytes })
            } else {
                Ok(None)
            };
        };
        let end = self.searched + found + 1;
        if end - self.head > self.limits.frame_bytes {
            return fatal(Error::FrameTooLong { limit: self.limits.frame_bytes });
        }
        let start = self.head;
        self.handed_out = end;
        Message::parse(&self.buffer[start..end], &mut self.spans, self.limits, self.strictness).map(Some)
    }

    /// Wipes what was consumed and, when all of it was, starts over at the front.
    fn reclaim(&mut self) {
        if self.handed_out > self.head {
            self.buffer[self.head..self.handed_out].zeroize();
            self.head = self.handed_out;
        }
        self.searched = self.searched.max(self.head);
        if self.head == self.tail {
            (self.head, self.tail, self.searched, self.handed_out) = (0, 0, 0, 0);
        }
    }

    /// Makes room: by moving the unfinished frame to the front, or else by a larger buffer up to the limit.
    fn grow(&mut self) {
        let kept = self.tail - self.head;
        if self.head > 0 {
            self.buffer.copy_within(self.head..self.tail, 0);
            self.buffer[kept..self.tail].zeroize();
        } else if self.buffer.is_empty() && self.limits.frame_bytes >= START_BYTES {
            (self.buffer, self.spans) = pool::take();
        } else if self.buffer.len() < self.limits.frame_bytes {
            let size = (self.buffer.len() * 4).clamp(START_BYTES.min(self.limits.frame_bytes), self.limits.frame_bytes);
            let mut larger = BytesMut::zeroed(size);
            larger[..kept].copy_from_slice(&self.buffer[..kept]);
            self.buffer.zeroize();
            self.buffer = larger;
        }
        self.searched -= self.head;
        (self.head, self.tail, self.handed_out) = (0, kept, 0);
    }
}

impl Drop for Deframer {
    fn drop(&mut self) {
        self.buffer.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Everything that a stream yields when it arrives in pieces of the given sizes.
    fn run(stream: &[u8], pieces: &[usize], limits: Limits) -> Vec<String> {
        let mut deframer = Deframer::new(limits, Strictness::Lenient);
        let (mut rest, mut seen, mut sizes) = (stream, Vec::new(), pieces.iter().copied().cycle());
        while !rest.is_empty() {
            let spare = deframer.spare();
            let size = sizes.next().unwrap_or(1).max(1).min(rest.len()).min(spare.len());
            spare[..size].copy_from_slice(&rest[..size]);
            deframer.advance(size);
            rest = &rest[size..];
            loop {
                match deframer.poll() {
                    Ok(None) => break,
                    Ok(Some(message)) => seen.push(format!("{:?} {:?}", message.command(), message.echo())),
                    Err(refused) => {
                        seen.push(format!("{refused:?}"));
                        if refused.error.is_fatal() {
                            return seen;
                        }
                    }
                }
            }
        }
        seen
    }

    #[test]
    fn consumed_bytes_are_wiped() {
        let mut deframer = Deframer::new(Limits::default(), Strictness::Lenient);
        let frame = b"[AOECHO;AKsecret;]";
        deframer.spare()[..frame.len()].copy_from_slice(frame);
        deframer.advance(frame.len());
        assert!(deframer.poll().is_ok_and(|message| message.is_some()));
        assert!(deframer.poll().is_ok_and(|message| message.is_none()));
        assert!(deframer.buffer.iter().all(|byte| *byte == 0));
    }

    #[test]
    fn a_rest_gives_memory_back_and_keeps_what_has_begun() {
        let mut deframer = Deframer::new(Limits::default(), Strictness::Lenient);
        for part in [&b"[AOECHO;][AOEC"[..], b"HO;AG1;]"] {
            deframer.spare()[..part.len()].copy_from_slice(part);
            deframer.advance(part.len());
            assert!(deframer.poll().is_ok_and(|message| message.is_some()));
            assert!(part.len() < 10 || deframer.poll().is_ok_and(|message| message.is_none()));
            deframer.rest();
        }
        assert_eq!((deframer.buffer.capacity(), deframer.spans.capacity()), (0, 0));
        assert!(!deframer.is_mid_frame());
        let (given_back, _) = pool::take();
        assert!(given_back.len() == START_BYTES && given_back.iter().all(|byte| *byte == 0), "it was wiped");
    }

    #[test]
    fn a_long_frame_makes_it_grow_and_a_rest_undoes_that() {
        for (length, has_grown) in [(1000, false), (10_000, true)] {
            let mut deframer = Deframer::new(Limits::default(), Strictness::Lenient);
            let frame = format!("[AOECHO;AK{};]", "x".repeat(length));
            let mut rest = frame.as_bytes();
            while !rest.is_empty() {
                let spare = deframer.spare();
                let size = spare.len().min(rest.len());
                spare[..size].copy_from_slice(&rest[..size]);
                deframer.advance(size);
                rest = &rest[size..];
            }
            assert!(deframer.poll().is_ok_and(|message| message.is_some()));
            assert_eq!(deframer.has_grown(), has_grown);
            deframer.rest();
            assert!(!deframer.has_grown());
        }
    }

    #[test]
    fn a_frame_may_be_as_long_as_the_limit_and_no_longer() {
        let limits = Limits { frame_bytes: 5000, fields: 4 };
        let fits = format!("[AOECHO;AK{};]", "x".repeat(5000 - 12));
        assert_eq!(run(fits.as_bytes(), &[700], limits).len(), 1);
        assert!(run(fits.as_bytes(), &[700], limits)[0].contains("[69, 67, 72, 79]"));
        let long = format!("[AOECHO;AK{};]", "x".repeat(5000 - 11));
        assert!(run(long.as_bytes(), &[700], limits)[0].contains("FrameTooLong"));
        assert!(run(&vec![b'x'; 1_000_000], &[4096], limits)[0].contains("OutsideFrame"));
    }

    proptest! {
        #[test]
        fn the_pieces_make_no_difference(
            frames in proptest::collection::vec("\\[AO[A-Z]{3,5};(AK[ -~]{0,9};)?(AG[0-9]{0,3};)?\\][\\x00-\\x20]{0,3}", 0..6),
            pieces in proptest::collection::vec(1usize..40, 1..8),
        ) {
            let stream = frames.concat().into_bytes();
            let limits = Limits { frame_bytes: 64, fields: 4 };
            prop_assert_eq!(run(&stream, &[usize::MAX], limits), run(&stream, &pieces, limits));
        }

        #[test]
        fn noise_never_panics_or_grows(
            noise in proptest::collection::vec(any::<u8>(), 0..600),
            pieces in proptest::collection::vec(1usize..40, 1..8),
        ) {
            run(&noise, &pieces, Limits { frame_bytes: 64, fields: 4 });
            let mut framed = b"[AO".to_vec();
            framed.extend(&noise);
            run(&framed, &pieces, Limits { frame_bytes: 64, fields: 4 });
        }
    }
}
