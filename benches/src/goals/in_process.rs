//! Rows without a network: key blocks, the engine, two threads.

use std::sync::Barrier;
use std::time::Instant;

use super::{Goal, Line, Run, callgrind};
use crate::hsm::InProcess;
use crate::machine::{self, Whole};
use crate::spin::{self, BLOCKS};

/// Repetitions under callgrind.
const RUNS: u32 = 2000;
/// Requests of the engine's rows, by the names of [`InProcess::conversations`].
pub const REQUESTS: &[&str] =
    &["GPED, key block", "TWKA", "TWKA, stored key", "GPGS, key block", "ECID, key block", "GMAC, CMAC", "ECHO"];
/// Those that the goal is set for.
const MEASURED: &[&str] = &["GPED, key block", "TWKA"];

/// Rows 1 to 4: wrapping, unwrapping and deriving as multiples of one AES-256 block, and their instructions.
///
/// # Errors
/// callgrind is not installed.
pub fn key_blocks(run: &Run) -> anyhow::Result<Vec<Line>> {
    let [mut block, mut wrap, mut unwrap, mut derive, mut carried] = [
        spin::work("block")?,
        spin::work("wrap")?,
        spin::work("unwrap")?,
        spin::work("derive")?,
        spin::work("carried")?,
    ];
    let times = run.rounds().measure([&mut *block, &mut *wrap, &mut *unwrap, &mut *derive, &mut *carried]);
    let [block, wrap, unwrap, derive, carried] = times;
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let unit = block / BLOCKS as f64;
    let note = format!("U = {unit:.1} ns");
    let instructions = |name| callgrind::spin(name, RUNS);
    let wrap_instructions = instructions("wrap")?;
    Ok(vec![
        Line::new(1, "TR-31 D wrap of an AES-256 key, in U", wrap / unit, Goal::Most(13.0, 8.0)).noted(&note),
        Line::new(1, "the same in instructions", wrap_instructions, Goal::Most(550.0, 423.0)),
        Line::new(2, "unwrap, in U", unwrap / unit, Goal::Most(10.0, 6.0)),
        Line::new(2, "the same in instructions", instructions("unwrap")?, Goal::Most(800.0, 637.0)),
        Line::new(3, "deriving the keys of a KBPK, in U", (derive - wrap) / unit, Goal::Most(17.0, 8.0)),
        Line::new(
            3,
            "the same in instructions",
            instructions("derive")? - wrap_instructions,
            Goal::Most(2200.0, 1727.0),
        ),
        Line::new(4, "wrap with the KBPK in the request, in U", carried / unit, Goal::Most(36.0, 20.0)),
        Line::new(4, "the same in instructions", instructions("carried")?, Goal::None),
    ])
}

/// Row 5, which no command does yet.
///
/// # Errors
/// Never.
pub fn key_wrap(_: &Run) -> anyhow::Result<Vec<Line>> {
    let why = "no command wraps by RFC 3394 or RFC 5649 yet";
    Ok(vec![Line::missing(5, "RFC 3394 and RFC 5649, 32 bytes, in U", why)])
}

/// Row 6: the engine from bytes to bytes.
///
/// # Errors
/// callgrind is not installed, or the work fails.
pub fn engine(_: &Run) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for name in REQUESTS {
        let is_measured = MEASURED.contains(name);
        let goal = if is_measured { Goal::Most(2800.0, 1700.0) } else { Goal::None };
        let count = callgrind::spin(name, RUNS)?;
        lines.push(Line::new(6, format!("engine, instructions of {name}"), count, goal));
    }
    for name in REQUESTS {
        let goal = if MEASURED.contains(name) { Goal::Most(0.0, 0.0) } else { Goal::None };
        let count = callgrind::allocations(name, 100)?;
        lines.push(Line::new(6, format!("engine, heap allocations of {name}"), count, goal));
    }
    Ok(lines)
}

/// Row 22: what a second thread adds.
///
/// # Errors
/// Never.
pub fn threads(run: &Run) -> anyhow::Result<Vec<Line>> {
    let (mut ratios, mut shares) = (Vec::new(), Vec::new());
    for _ in 0..run.pairs() {
        let (whole, ours) = (Whole::now(), machine::process_seconds());
        let one = throughput(1, run.seconds());
        ratios.push(throughput(2, run.seconds()) / one);
        shares.push(whole.foreign_share(machine::process_seconds() - ours));
    }
    let ratio = crate::rounds::median(ratios);
    let foreign = crate::rounds::median(shares);
    let goal = Goal::Least(1.6, 1.9);
    // Stricter than elsewhere: a third party takes half of what the second thread is for.
    let line =
        Line { waits: foreign > 0.1, foreign: 1.0, ..Line::new(22, "two threads in process over one", ratio, goal) };
    Ok(vec![line.noted(format!("foreign {:.0} %", foreign * 100.0))])
}

/// Requests a second of so many threads together, each a connection of one HSM's.
fn throughput(threads: u32, seconds: f64) -> f64 {
    let mut connections = InProcess::connections(threads);
    let conversations = connections[0].conversations();
    let frame = conversations.into_iter().find(|(name, _)| *name == "TWKA").map(|(_, frames)| frames[0].clone());
    let frame = frame.unwrap_or_default();
    let barrier = Barrier::new(connections.len());
    let work = |connection: &mut InProcess| {
        barrier.wait();
        let (begun, mut count) = (Instant::now(), 0.0);
        while begun.elapsed().as_secs_f64() < seconds {
            for _ in 0..100 {
                connection.answer(frame.as_bytes());
            }
            count += 100.0;
        }
        count / begun.elapsed().as_secs_f64()
    };
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = connections.iter_mut().map(|connection| scope.spawn(move || work(connection))).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or_default()).sum()
    })
}
