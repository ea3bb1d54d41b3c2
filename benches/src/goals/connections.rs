//! Rows of connections themselves: their memory and their handshakes.

use super::callgrind::{self, Which};
use super::{Goal, Line, Run};
use crate::machine;
use crate::process::{self, Server};
use crate::site::{ECHO, LONG, Site, Size, WRAP};

/// Descriptors of each process beside its connections.
const DESCRIPTORS: u64 = 1200;

/// Bytes of a connection that sent one request and is idle.
fn slope(site: &Site, connections: usize, name: &str) -> anyhow::Result<f64> {
    let server = Server::product(site, None)?;
    Ok(process::idle(site, &server.peer(site, 0), connections, site.exchange(name)?)?.slope)
}

/// Row 12: memory of an idle connection, of a thousand and of ten thousand.
///
/// # Errors
/// The server fails.
pub fn idle(run: &Run) -> anyhow::Result<Vec<Line>> {
    let site = Site::new(Size::SMALL)?;
    let thousand = slope(&site, 1000, WRAP)?;
    let mut lines = vec![Line::new(
        12,
        "bytes of an idle connection, of 1,000",
        thousand,
        Goal::Most(14.0 * 1024.0, 10.5 * 1024.0),
    )];
    let many = if run.quick { 0 } else { 10_000 };
    if u64::try_from(many)? + DESCRIPTORS > machine::raise_descriptors() {
        lines.push(Line::missing(12, "the same of 10,000", "too few descriptors; see ulimit -Hn"));
    } else if many > 0 {
        let of_many = slope(&site, many, WRAP)?;
        lines.push(Line::new(12, "the same of 10,000", of_many, Goal::Most(14.0 * 1024.0, 10.5 * 1024.0)));
        lines.push(Line::new(12, "10,000 over 1,000", of_many / thousand, Goal::Most(1.1, 1.05)));
    }
    Ok(lines)
}

/// Row 13: what is left of long requests.
///
/// # Errors
/// The server fails.
pub fn after_long_requests(_: &Run) -> anyhow::Result<Vec<Line>> {
    let site = Site::new(Size::SMALL)?;
    let (short, long) = (slope(&site, 1000, ECHO)?, slope(&site, 1000, LONG)?);
    let what = "memory of connections that sent 16 KiB over those that did not";
    Ok(vec![Line::new(13, what, long / short, Goal::Most(1.2, 1.05)).noted(format!("{long:.0} / {short:.0} bytes"))])
}

/// Row 14: handshakes, full and resumed.
///
/// # Errors
/// callgrind is not installed, or a server fails.
pub fn handshakes(_: &Run) -> anyhow::Result<Vec<Line>> {
    let site = Site::new(Size::SMALL)?;
    let exchange = site.exchange(WRAP)?;
    let count = |which, resumed| callgrind::handshake(&site, which, exchange, resumed, 30);
    let (floor, full, resumed) =
        (count(Which::Echo, false)?, count(Which::Product, false)?, count(Which::Product, true)?);
    let note = |over: f64, under: f64| format!("{:.2} M / {:.2} M", over / 1e6, under / 1e6);
    Ok(vec![
        Line::new(
            14,
            "instructions of a full handshake over the bare acceptor's",
            full / floor,
            Goal::Most(1.05, 1.05),
        )
        .noted(note(full, floor)),
        Line::new(14, "resumed over full", resumed / full, Goal::Most(0.55, 0.44)).noted(note(resumed, full)),
    ])
}
