//! Rows over mutual TLS: the product against the bare server, each in a process of its own.

use super::callgrind::{self, Which};
use super::{Goal, Line, Run};
use crate::net::client::Load;
use crate::process::{Background, Loading, Server};
use crate::rounds::median;
use crate::site::{ECHO, ENCRYPT, Exchange, GENERATE, Site, Size, TRANSLATE, WRAP};

/// Connections of the rows that follow.
const CONNECTIONS: usize = 64;
/// Requests on their way at a time, and batches under callgrind.
const DEPTHS: [(usize, u64); 2] = [(1, 2000), (16, 400)];

/// Row 7: instructions of a request over those of the bare server.
///
/// # Errors
/// callgrind is not installed, or a server fails.
pub fn instructions(run: &Run) -> anyhow::Result<Vec<Line>> {
    let site = Site::new(Size::SMALL)?;
    let mut lines = Vec::new();
    let names: &[&str] = if run.quick { &[WRAP] } else { &[WRAP, TRANSLATE, GENERATE, ENCRYPT, ECHO] };
    for (depth, batches) in DEPTHS {
        for name in names {
            let exchange = site.exchange(name)?;
            let count = |which| callgrind::request(&site, which, exchange, depth, batches);
            let (floor, ours) = (count(Which::Echo)?, count(Which::Product)?);
            let goal = match (*name, depth) {
                (WRAP, 1) => Goal::Most(1.40, 1.25),
                (WRAP, _) => Goal::Most(3.0, 2.2),
                _ => Goal::None,
            };
            let what = format!("instructions over the echo's, depth {depth}, {name}");
            lines.push(Line::new(7, what, ours / floor, goal).noted(format!("{ours:.0} / {floor:.0}")));
        }
    }
    Ok(lines)
}

/// What pairs of runs say, floor and product in turn.
pub(super) struct Pairs(Vec<(Load, Load)>);

impl Pairs {
    pub(super) fn measure(
        run: &Run,
        mut floor: impl FnMut() -> anyhow::Result<Load>,
        mut ours: impl FnMut() -> anyhow::Result<Load>,
    ) -> anyhow::Result<Self> {
        (0..run.pairs()).map(|_| Ok((floor()?, ours()?))).collect::<anyhow::Result<_>>().map(Self)
    }

    /// The median of the ratios of each pair.
    pub(super) fn ratio(&self, of: impl Fn(&Load) -> f64) -> f64 {
        median(self.0.iter().map(|(floor, ours)| of(ours) / of(floor)).collect())
    }

    fn median(&self, of: impl Fn(&(Load, Load)) -> f64) -> f64 {
        median(self.0.iter().map(of).collect())
    }

    /// Rate and processor time of each, floor first.
    pub(super) fn medians(&self) -> [(f64, f64); 2] {
        [
            (self.median(|it| it.0.rate), self.median(|it| it.0.server)),
            (self.median(|it| it.1.rate), self.median(|it| it.1.server)),
        ]
    }

    pub(super) fn foreign(&self) -> f64 {
        self.median(|(floor, ours)| f64::midpoint(floor.foreign, ours.foreign))
    }

    /// A few words with absolute figures.
    pub(super) fn note(&self) -> String {
        let (ours, floor, rate) =
            (self.median(|it| it.1.server), self.median(|it| it.0.server), self.median(|it| it.1.rate) / 1e3);
        format!("{ours:.2} us / {floor:.2} us, {rate:.0}k/s, foreign {:.0} %", self.foreign() * 100.0)
    }
}

/// Rows 8 to 11: processor time, rates and latencies against the bare server's.
///
/// # Errors
/// A server fails.
pub fn pairs(run: &Run) -> anyhow::Result<Vec<Line>> {
    let site = Site::new(Size::SMALL)?;
    let exchange = site.exchange(WRAP)?;
    let (echo, product) = (Server::echo(&site, exchange.reply, None)?, Server::product(&site, None)?);
    let (floor, ours) = (echo.peer(&site, 0), product.peer(&site, 0));
    let at = |depth| {
        let loading = Loading::closed(CONNECTIONS, depth, run.seconds());
        Pairs::measure(run, || loading.play(&site, &floor, exchange), || loading.play(&site, &ours, exchange))
    };
    let (one, many) = (at(1)?, at(16)?);
    let line = |row, what: &str, pairs: &Pairs, value, goal| {
        Line::waiting(row, format!("{what} over the echo's, 64 connections"), value, goal, pairs.foreign())
    };
    let depths = many.median(|it| it.1.server) / one.median(|it| it.1.server);
    let cpu = |load: &Load| load.server;
    let rate = |load: &Load| load.rate;
    Ok(vec![
        line(8, "depth 1: processor time", &one, one.ratio(cpu), Goal::Most(1.35, 1.15)).noted(one.note()),
        line(8, "depth 16: processor time", &many, many.ratio(cpu), Goal::Most(2.2, 1.5)).noted(many.note()),
        line(9, "depth 1: requests/s", &one, one.ratio(rate), Goal::Least(0.75, 0.92)),
        line(9, "depth 16: requests/s", &many, many.ratio(rate), Goal::Least(0.45, 0.65)),
        line(10, "depth 1: p50", &one, one.ratio(|load| load.p50), Goal::Most(1.4, 1.10)),
        line(10, "depth 1: p99", &one, one.ratio(|load| load.p99), Goal::Most(2.0, 1.25)),
        Line::new(11, "processor time of a request, depth 16 over depth 1", depths, Goal::Most(0.25, 0.12)),
    ])
}

/// Row 21: what slow work of one connection costs the others.
///
/// # Errors
/// A server fails.
pub fn beside_slow_work(run: &Run) -> anyhow::Result<Vec<Line>> {
    let site = Site::new(Size::SMALL)?;
    let exchange: &Exchange = site.exchange(WRAP)?;
    let product = Server::product(&site, None)?;
    let peer = product.peer(&site, 0);
    let closed = Loading::closed(CONNECTIONS, 1, run.seconds());
    let open = Loading { rate: Some(10_000.0), ..closed.clone() };
    let beside = |loading: &Loading| {
        let _occupant = Background::occupy(&peer)?;
        loading.play(&site, &peer, exchange)
    };
    let both = |loading: &Loading| Pairs::measure(run, || loading.play(&site, &peer, exchange), || beside(loading));
    let (closed, open) = (both(&closed)?, both(&open)?);
    let note = "one client has RSA-4096 keys generated without pause";
    Ok(vec![
        Line::waiting(
            21,
            "beside RSA-4096 generation: requests/s",
            closed.ratio(|load| load.rate),
            Goal::Least(0.40, 0.5),
            closed.foreign(),
        )
        .noted(note),
        Line::waiting(
            21,
            "beside RSA-4096 generation: p50 at 10,000 requests/s",
            open.ratio(|load| load.p50),
            Goal::Most(1.5, 1.1),
            open.foreign(),
        ),
    ])
}
