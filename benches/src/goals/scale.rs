//! Rows of growth: many keys, many tenants.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::over_tls::Pairs;
use super::{Goal, Line, Run, callgrind};
use crate::hsm::InProcess;
use crate::machine;
use crate::process::{Background, Loading, Server};
use crate::rounds::median;
use crate::site::{Exchange, Site, Size, WRAP};

/// Tenants that the keys are spread over; a table has 100,000 slots at most.
const TENANTS: u32 = 10;
/// Connections of these rows.
const CONNECTIONS: usize = 8;

/// A request for each key of the first tenant, in an order that jumps.
fn requests(site: &Site, keys: u32) -> anyhow::Result<PathBuf> {
    let mut text = String::new();
    for number in 0..keys.max(64) {
        let slot = if keys <= 10 { 8 } else { 10 + number.wrapping_mul(7919) % (keys - 10) };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "[AOTWKA;FS6;APBD7;BGBD{slot};]");
    }
    site.file("requests", &text)
}

/// Rows 15 and 17: a million keys against ten, and against ten thousand at the start.
///
/// # Errors
/// A server fails.
pub fn keys(run: &Run) -> anyhow::Result<Vec<Line>> {
    let most = if run.quick { 1_000 } else { 100_000 };
    let site = |keys| Site::new(Size { tenants: TENANTS, keys });
    let (few, some, many) = (site(10)?, site(most / 100)?, site(most)?);
    let mut lines = Vec::new();
    if run.wants(&[15]) {
        let (small, large) = (Server::product(&few, None)?, Server::product(&many, None)?);
        let (small_requests, large_requests) = (requests(&few, 10)?, requests(&many, most)?);
        let (small_peer, large_peer) = (small.peer(&few, 0), large.peer(&many, 0));
        for depth in [1, 16] {
            let exchange: &Exchange = few.exchange(WRAP)?;
            let loading = Loading::closed(CONNECTIONS, depth, run.seconds());
            let pairs = Pairs::measure(
                run,
                || loading.play_all(&small_requests, &small_peer, exchange),
                || loading.play_all(&large_requests, &large_peer, exchange),
            )?;
            let what = format!("processor time with {} keys over 10, depth {depth}", most * TENANTS);
            let ratio = pairs.ratio(|load| load.server);
            lines.push(Line::new(15, what, ratio, Goal::Most(1.25, 1.1)).noted(pairs.note()));
        }
    }
    if run.wants(&[17]) {
        lines.extend(start(run, &few, &some, &many, most * TENANTS)?);
    }
    Ok(lines)
}

/// Row 17: how long the store takes to be read, and what memory its keys take.
fn start(run: &Run, few: &Site, some: &Site, many: &Site, most: u32) -> anyhow::Result<Vec<Line>> {
    let (mut ratios, mut seconds, mut bytes) = (Vec::new(), Vec::new(), [const { Vec::new() }; 3]);
    for _ in 0..run.pairs().min(3) {
        let mut times = Vec::new();
        for (site, bytes) in [few, some, many].into_iter().zip(&mut bytes) {
            let server = Server::product(site, None)?;
            times.push(server.start_seconds());
            bytes.push(machine::resident(server.id())?);
        }
        ratios.push(times[2].1 / times[1].1);
        seconds.push(times[2].0);
    }
    let [few, some, many] = bytes.map(median);
    let per_key = |bytes: f64, keys: u32| (bytes - few) / f64::from(keys);
    let (of_some, of_many) = (per_key(some, most / 100), per_key(many, most));
    let note = format!("{of_many:.0} / {of_some:.0} bytes");
    Ok(vec![
        Line::new(17, format!("start with {most} keys over {}", most / 100), median(ratios), Goal::Most(150.0, 110.0))
            .noted(format!("processor time; {:.1} s", median(seconds))),
        Line::new(17, "memory of a key, likewise", of_many / of_some, Goal::Most(1.3, 1.1)).noted(note),
    ])
}

/// Row 15 in process: instructions of a request beside many keys.
///
/// # Errors
/// callgrind is not installed.
pub fn keys_in_process(run: &Run) -> anyhow::Result<Vec<Line>> {
    let most = if run.quick { 1_000 } else { 100_000 };
    let few = callgrind::spin("TWKA, stored key", 1000)?;
    let many = callgrind::spin(&format!("{most}@TWKA, stored key"), 1000)?;
    let what = format!("engine, instructions with {most} keys in the table over 10");
    Ok(vec![Line::new(15, what, many / few, Goal::Most(1.15, 1.1)).noted(format!("{many:.0} / {few:.0}"))])
}

/// Row 16: what it takes to add a key to a large table.
///
/// # Errors
/// Never.
pub fn insert(run: &Run) -> anyhow::Result<Vec<Line>> {
    let most = if run.quick { 1_000 } else { 100_000 };
    let mut few = InProcess::new();
    let mut many = InProcess::with_tenants(TENANTS);
    let frames = |hsm: &mut InProcess| {
        let conversations = hsm.conversations();
        conversations.into_iter().find(|(name, _)| *name == "GPKA and GPKD").map(|it| it.1).unwrap_or_default()
    };
    let (of_few, of_many) = (frames(&mut few), frames(&mut many[0]));
    many.iter_mut().for_each(|tenant| tenant.fill(most));
    let play = |hsm: &mut InProcess, frames: &[String]| {
        for frame in frames {
            std::hint::black_box(hsm.answer(frame.as_bytes()).len());
        }
    };
    let [small, large] = run.rounds().measure([&mut || play(&mut few, &of_few), &mut || play(&mut many[0], &of_many)]);
    let what = format!("adding and deleting a key beside {} keys over 10", most * TENANTS);
    let note = format!("{:.1} us / {:.1} us", large / 1e3, small / 1e3);
    Ok(vec![Line::new(16, what, large / small, Goal::Most(12.0, 5.0)).noted(note)])
}

/// Row 18: a thousand tenants, and a noisy one.
///
/// # Errors
/// A server fails.
pub fn tenants(run: &Run) -> anyhow::Result<Vec<Line>> {
    let count = if run.quick { 10 } else { 1000 };
    let (one, many) = (Site::new(Size::SMALL)?, Site::new(Size { tenants: count, ..Size::SMALL })?);
    let (small, large) = (Server::product(&one, None)?, Server::product(&many, None)?);
    let exchange = one.exchange(WRAP)?;
    let loading = Loading::closed(CONNECTIONS, 16, run.seconds());
    let (small_peer, large_peer) = (small.peer(&one, 0), large.peer(&many, 0));
    let pairs = Pairs::measure(
        run,
        || loading.play(&one, &small_peer, exchange),
        || loading.play(&many, &large_peer, exchange),
    )?;
    let ratio = pairs.ratio(|load| load.server);
    let what = format!("processor time with {count} tenants over 1, depth 16");
    let mut lines = vec![Line::new(18, what, ratio, Goal::Most(1.15, 1.05)).noted(pairs.note())];
    // Eight connections beside sixty-four have a ninth of the machine, however much the others ask for at a time.
    let quiet = Loading::closed(CONNECTIONS, 1, run.seconds());
    let noise = Loading::closed(64, 16, run.seconds() * 3.0);
    let noisy_peer = large.peer(&many, 1);
    let beside = || {
        let _noise = Background::start(&noise, &many, &noisy_peer, exchange)?;
        quiet.play(&many, &large_peer, exchange)
    };
    let pairs = Pairs::measure(run, || quiet.play(&many, &large_peer, exchange), beside)?;
    let share = pairs.ratio(|load| load.p50) / 9.0;
    let what = "p50 beside a tenant with 64 connections of depth 16, over a fair share";
    lines.push(Line::waiting(18, what, share, Goal::Most(1.5, 1.0), pairs.foreign()));
    Ok(lines)
}
