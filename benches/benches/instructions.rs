//! Instructions under callgrind: the same on every machine and however busy it is, so these have limits.

#![expect(missing_docs, reason = "the macros write undocumented items")]

use std::hint::black_box;

use benches::hsm::InProcess;
use benches::limits::instructions as limits;
use benches::work::{Case, Work};
use gungraun::prelude::*;
use gungraun::{Callgrind, EventKind};
use protocol::command::Request;
use protocol::deframer::Deframer;
use protocol::frame::{Limits, Strictness};

fn main_case() -> Work {
    Work::new(Case::main())
}

fn limit(instructions: u64) -> LibraryBenchmarkConfig {
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(Callgrind::default().hard_limits([(EventKind::Ir, instructions)]));
    config
}

#[library_benchmark(config = limit(limits::WRAP))]
#[bench::d_aes_256(main_case())]
fn wrap(mut work: Work) -> Work {
    black_box(work.wrap());
    work
}

#[library_benchmark(config = limit(limits::UNWRAP))]
#[bench::d_aes_256(main_case())]
fn unwrap(work: Work) -> Work {
    black_box(work.unwrap());
    work
}

fn received() -> Deframer {
    let mut deframer = Deframer::new(Limits::default(), Strictness::Lenient);
    let frame = b"[AOGPGS;FS6;CT6;AKD0000D0AB00E0000;AG42;]";
    for _ in 0..2 {
        deframer.spare()[..frame.len()].copy_from_slice(frame);
        deframer.advance(frame.len());
    }
    // The first one warms the buffers.
    assert!(deframer.poll().is_ok_and(|message| message.is_some()));
    deframer
}

#[library_benchmark(config = limit(limits::PARSE))]
#[bench::gpgs(received())]
fn parse(mut deframer: Deframer) -> Deframer {
    let message = deframer.poll().ok().flatten().expect("a frame");
    black_box(Request::decode(&message).expect("a request").value);
    deframer
}

/// An HSM that has answered this before, and the frame.
fn warm(name: &str) -> (InProcess, String) {
    let mut hsm = InProcess::new();
    let conversations = hsm.conversations();
    let frame = conversations.into_iter().find(|(known, _)| *known == name).map(|(_, frames)| frames[0].clone());
    let frame = frame.expect("a conversation");
    for _ in 0..10 {
        hsm.answer(frame.as_bytes());
    }
    (hsm, frame)
}

macro_rules! answer {
    ($($name:ident, $limit:ident, $request:literal;)*) => {
        $(
            #[library_benchmark(config = limit(limits::$limit))]
            #[bench::warm(warm($request))]
            fn $name(warm: (InProcess, String)) -> (InProcess, String) {
                let (mut hsm, frame) = warm;
                black_box(hsm.answer(frame.as_bytes()));
                (hsm, frame)
            }
        )*
    };
}

answer! {
    gped, GPED, "GPED, key block";
    twka, TWKA, "TWKA";
    gpgs, GPGS, "GPGS, key block";
    ecid, ECID, "ECID, key block";
    gmac, GMAC, "GMAC, CMAC";
    echo, ECHO, "ECHO";
}

library_benchmark_group!(name = hot_path, benchmarks = [wrap, unwrap, parse, gped, twka, gpgs, ecid, gmac, echo]);
main!(library_benchmark_groups = hot_path);
