//! Properties that hold for any bytes, run over the transcripts' frames as they are and broken in many ways.

use engine::random::{self, Generator};
use fixtures::transcript;
use protocol::buffer::Buffer;
use protocol::command::Response;
use protocol::deframer::Deframer;
use protocol::frame::{Limits, Strictness};

use crate::support::{InProcess, is_refused};

/// Broken frames per run; the same ones every time.
const BROKEN: usize = 30_000;

/// Every request and answer of the transcripts, kept values filled in.
fn corpus() -> Vec<(String, String)> {
    let mut frames = Vec::new();
    for transcript in transcript::all() {
        let mut replay = transcript.replay();
        while let Some(ask) = replay.ask() {
            let written = replay.written().to_owned();
            let _ = replay.answer(&written);
            frames.push((ask.request, written));
        }
    }
    // Many transcripts begin alike.
    frames.sort();
    frames.dedup();
    frames
}

struct Dice(Generator);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        let mut bytes = [0; 4];
        random::fill(&mut self.0, &mut bytes);
        usize::try_from(u32::from_be_bytes(bytes)).unwrap_or_default() % bound.max(1)
    }
}

/// A frame with up to four things wrong: bytes changed, taken out, doubled, or words of the wire put in.
fn broken(frame: &str, words: &[String], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = frame.as_bytes().to_vec();
    for _ in 0..=dice.below(4) {
        let place = dice.below(bytes.len());
        match dice.below(6) {
            0 if place < bytes.len() => bytes[place] = u8::try_from(dice.below(256)).unwrap_or_default(),
            1 if place < bytes.len() => {
                bytes.remove(place);
            }
            2 => {
                let end = (place + dice.below(12)).min(bytes.len());
                let part = bytes[place..end].to_vec();
                bytes.splice(place..place, part);
            }
            3 => {
                let word = &words[dice.below(words.len())];
                bytes.splice(place..place, format!(";{word}").into_bytes());
            }
            4 => bytes.truncate(place),
            _ if place < bytes.len() => bytes[place] = b"0F;[]A"[dice.below(6)],
            _ => {}
        }
    }
    bytes
}

#[test]
fn an_answer_reads_back_as_it_was_written() {
    let mut seen = 0;
    for (_, reply) in corpus().into_iter().filter(|(_, reply)| !reply.starts_with("[AOERRO;") && !reply.contains('{')) {
        let mut deframer = Deframer::new(Limits::default(), Strictness::Strict);
        // The deframer grows with what comes.
        let mut rest = reply.as_bytes();
        while !rest.is_empty() {
            let spare = deframer.spare();
            let (now, later) = rest.split_at(rest.len().min(spare.len()));
            spare[..now.len()].copy_from_slice(now);
            deframer.advance(now.len());
            rest = later;
        }
        let message = deframer.poll().ok().flatten().expect("a frame");
        let response = Response::decode(&message).expect("a response");
        let mut again = Buffer::new();
        response.value.encode(message.echo(), &mut again);
        assert_eq!(String::from_utf8_lossy(&again), reply);
        seen += 1;
    }
    assert!(seen > 150, "{seen}");
}

#[test]
fn no_frame_panics_and_a_refused_one_changes_nothing() {
    let (corpus, words) = (corpus(), protocol::manual::dictionary());
    let mut dice = Dice(Generator::from_seed([11; 32]));
    let mut hsm = InProcess::new(&["default"]);
    let block = hsm.value("[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;]", "BG");
    for slot in 0..4 {
        hsm.value(&format!("[AOGPKA;BG{block};RC{slot};RTkey {slot};]"), "RC");
    }
    let mut served = 0;
    for _ in 0..BROKEN {
        let (frame, _) = &corpus[dice.below(corpus.len())];
        let bytes = broken(frame, &words, &mut dice);
        let stored = hsm.stored.len();
        for reply in hsm.receive("default", &bytes) {
            assert!(reply.starts_with("[AO") && reply.ends_with(";]"), "{reply}");
            assert_eq!(reply.matches(['[', ']']).count(), 2, "{reply}");
            if reply.starts_with("[AOERRO;") {
                assert!(!is_refused(&reply, protocol::ErrorCode::Internal), "{}: {reply}", bytes.escape_ascii());
            } else {
                served += 1;
            }
        }
        let changed = hsm.stored.len() - stored;
        assert!(changed <= bytes.iter().filter(|byte| **byte == b'[').count(), "{}", bytes.escape_ascii());
    }
    assert!(served > BROKEN / 300, "{served}: the frames are broken beyond use");
    assert!(hsm.ask("[AOECHO;AGalive;]").contains("alive"));
}
