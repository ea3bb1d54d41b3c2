//! The hot path: key blocks of every version and length, cryptograms, check values, frames, and each command in
//! process. The bare cipher blocks that wrapping needs are measured beside it, in the same run.

use std::hint::black_box;

use benches::hsm::InProcess;
use benches::work::{Case, Work, floor};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use engine::key::check_value::check_value;
use engine::key::modifier::Modifier;
use engine::key::{Algorithm, KeyMaterial, cryptogram};
use protocol::buffer::Buffer;
use protocol::command::{Request, Response};
use protocol::deframer::Deframer;
use protocol::frame::{Limits, Strictness};

fn key_blocks(criterion: &mut Criterion) {
    for case in Case::all() {
        let mut group = criterion.benchmark_group(format!("key block {}", case.name()));
        let mut work = Work::new(case);
        group.bench_function("wrap", |bencher| bencher.iter(|| black_box(work.wrap())));
        group.bench_function("unwrap", |bencher| bencher.iter(|| black_box(work.unwrap())));
        let floor = floor(case);
        group.bench_function("floor: bare blocks", |bencher| bencher.iter(|| black_box(floor.chain(case.blocks()))));
        group.finish();
    }
}

fn cryptograms(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cryptogram");
    let wrapping = KeyMaterial::new(&[0x5A; 24]);
    for length in [8, 16, 24] {
        let key = KeyMaterial::new(&[0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88].repeat(3)[..length]);
        let wrapped = cryptogram::wrap(&wrapping, Modifier::DATA, &key).expect("wraps");
        group.bench_function(format!("wrap {length} bytes"), |bencher| {
            bencher.iter(|| black_box(cryptogram::wrap(black_box(&wrapping), Modifier::DATA, &key)));
        });
        group.bench_function(format!("unwrap {length} bytes"), |bencher| {
            bencher.iter(|| black_box(cryptogram::unwrap(black_box(&wrapping), Modifier::DATA, &wrapped)));
        });
    }
    group.finish();
}

fn check_values(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("check value");
    for (name, algorithm, length) in [
        ("TDES 16", Algorithm::Tdes, 16),
        ("TDES 24", Algorithm::Tdes, 24),
        ("AES 16", Algorithm::Aes, 16),
        ("AES 32", Algorithm::Aes, 32),
        ("HMAC 32", Algorithm::Hmac, 32),
    ] {
        let key = KeyMaterial::new(&vec![0x11; length]);
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(check_value(algorithm, None, black_box(&key))));
        });
    }
    group.finish();
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame");
    let mut hsm = InProcess::new();
    let mut deframer = Deframer::new(Limits::default(), Strictness::Lenient);
    for (name, frames) in hsm.conversations() {
        let frame = &frames[0];
        group.throughput(Throughput::Bytes(u64::try_from(frame.len()).unwrap_or_default()));
        group.bench_function(format!("parse {name}"), |bencher| {
            bencher.iter(|| {
                deframer.spare()[..frame.len()].copy_from_slice(frame.as_bytes());
                deframer.advance(frame.len());
                let message = deframer.poll().ok().flatten().expect("a frame");
                black_box(Request::decode(&message).expect("a request").value);
            });
        });
        let reply = hsm.answer(frame.as_bytes()).to_vec();
        frames[1..].iter().for_each(|frame| {
            hsm.answer(frame.as_bytes());
        });
        deframer.spare()[..reply.len()].copy_from_slice(&reply);
        deframer.advance(reply.len());
        let message = deframer.poll().ok().flatten().expect("a frame");
        let response = Response::decode(&message).expect("a response").value;
        let mut out = Buffer::new();
        group.bench_function(format!("encode {name}"), |bencher| {
            bencher.iter(|| {
                out.clear();
                response.encode(Some(b"42"), &mut out);
                black_box(out.len())
            });
        });
    }
    group.finish();
}

fn commands(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("command");
    let mut hsm = InProcess::new();
    for (name, frames) in hsm.conversations() {
        group.bench_function(name, |bencher| {
            bencher.iter(|| frames.iter().map(|frame| black_box(hsm.answer(frame.as_bytes()).len())).sum::<usize>());
        });
    }
    group.finish();
}

criterion_group!(benches, key_blocks, cryptograms, check_values, frames, commands);
criterion_main!(benches);
