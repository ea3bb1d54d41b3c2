//! Wrapping and unwrapping as multiples of the bare cipher blocks that they need, measured side by side: many short
//! rounds, floor and work in turn, the tenth percentile of each. A busy machine moves both alike.

use std::hint::black_box;
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use benches::work::{Case, Work, floor};

/// Rounds of each.
const ROUNDS: usize = 101;
/// How long a round is to take.
const ROUND: Duration = Duration::from_millis(1);

fn main() -> io::Result<()> {
    // `cargo bench -- --test` asks for one quick pass; the figures mean nothing then.
    let quick = std::env::args().any(|argument| argument == "--test");
    let rounds = if quick { 1 } else { ROUNDS };
    let mut out = io::stdout().lock();
    writeln!(out, "{:<26}{:>8}{:>10}{:>9}{:>9}{:>9}", "key block", "blocks", "floor ns", "wrap", "unwrap", "wrap ns")?;
    // Any other argument chooses the cases whose names contain it.
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).unwrap_or_default();
    for case in Case::all().into_iter().filter(|case| case.name().contains(&wanted)) {
        let (floor, mut work) = (floor(case), Work::new(case));
        let blocks = case.blocks();
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..rounds {
            times[0].push(round(|| {
                black_box(floor.chain(blocks));
            }));
            times[1].push(round(|| {
                black_box(work.wrap());
            }));
            times[2].push(round(|| {
                black_box(work.unwrap());
            }));
        }
        let [floor, wrap, unwrap] = times.map(tenth);
        let name = if case.name() == Case::main().name() { format!("{} *", case.name()) } else { case.name() };
        let (wrap_ratio, unwrap_ratio) = (wrap / floor, unwrap / floor);
        writeln!(out, "{name:<26}{blocks:>8}{floor:>10.1}{wrap_ratio:>8.2}x{unwrap_ratio:>8.2}x{wrap:>9.1}")?;
    }
    writeln!(out, "* most traffic; blocks: serial cipher blocks of the MAC and of the payload, keys derived beforehand")
}

/// Nanoseconds that one run takes, over a round.
fn round(mut run: impl FnMut()) -> f64 {
    let begun = Instant::now();
    let mut runs = 0u32;
    while begun.elapsed() < ROUND {
        for _ in 0..100 {
            run();
        }
        runs += 100;
    }
    begun.elapsed().as_secs_f64() * 1e9 / f64::from(runs)
}

fn tenth(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 10]
}
