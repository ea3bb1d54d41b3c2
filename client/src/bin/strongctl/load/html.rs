//! The report as one page that needs nothing else.

use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

use super::plot::{Axis, Line, Scale, escape, render as plot};
use super::record::Interval;
use super::report::{Report, per_second};
use super::threshold::shown;
use crate::fields;

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1c2430; --paper: #ffffff; --grid: #d9dee6; --soft: #5b6675;
  --c0: #1f6feb; --c1: #d1592b; --c2: #2b8a57; --c3: #8250c8; --c4: #b5892a; --c5: #c0396b; --c6: #2a8f9c; --c7: #7a6652; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9f0; --paper: #14181f; --grid: #333c49; --soft: #97a3b4;
  --c0: #6aa5ff; --c1: #f08a5d; --c2: #5cc48d; --c3: #b392f0; --c4: #e0b95a; --c5: #f07aa5;
  --c6: #63c5d1; --c7: #b9a48e; } }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; font: 15px/1.45 system-ui, sans-serif; color: var(--ink);
  background: var(--paper); }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; } .soft, .unit { color: var(--soft); } .unit { margin-left: .6rem; font-weight: 400; }
.facts { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.2rem 0; } .facts div { border: 1px solid var(--grid);
  border-radius: 6px; padding: .5rem .9rem; } .facts b { display: block; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid var(--grid); } th:first-child, td:first-child {
  text-align: left; } tr:last-child td { font-weight: 600; }
figure { margin: 1.6rem 0; } figcaption { font-weight: 600; margin-bottom: .3rem; } svg { width: 100%; height: auto; }
svg text { font-size: 12px; fill: var(--soft); } .end { text-anchor: end; } .middle { text-anchor: middle; }
.grid { stroke: var(--grid); } .line { fill: none; stroke-width: 2; stroke: var(--c); } .dot { fill: var(--c); }
.legend { margin: 0; } .key { margin-right: 1.2rem; } .key::before { content: ''; display: inline-block; width: 1.2em; height: 3px;
  margin-right: .4em; vertical-align: middle; background: var(--c); }
.c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); } .c4 { --c: var(--c4); }
.c5 { --c: var(--c5); } .c6 { --c: var(--c6); } .c7 { --c: var(--c7); } .bad { color: var(--c1); }
";

/// Points of the curve of latencies: how many replies in one were slower.
const SLOWER: &[f64] = &[
    1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 20.0, 30.0, 50.0, 70.0, 100.0, 200.0, 300.0, 500.0, 700.0, 1000.0,
    2000.0, 5000.0, 1e4, 2e4, 5e4, 1e5,
];

pub(super) fn render(report: &Report) -> String {
    let title = format!("Load: {}", report.title);
    let began = report.started.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{0}</title><style>{STYLE}</style></head><body><h1>{0}</h1><p \
         class=\"soft\">{1}, {2:.1} s, begun {3}</p>",
        escape(&title),
        escape(&report.pace),
        report.seconds,
        fields::time(began),
    );
    facts(report, &mut page);
    table(report, &mut page);
    for (head, lines) in [("Not kept", &report.broken), ("What went wrong, by example", &report.totals.examples)] {
        if !lines.is_empty() {
            let items: String = lines.iter().map(|line| format!("<li>{}</li>", escape(line))).collect();
            let _ = write!(page, "<h2 class=\"bad\">{head}</h2><ul>{items}</ul>");
        }
    }
    page.push_str(&rates(report));
    page.push_str(&latencies(report));
    page.push_str(&distribution(report));
    page.push_str("</body></html>\n");
    page
}

fn facts(report: &Report, page: &mut String) {
    let all = &report.totals.all;
    let errors = all.counts.errors();
    page.push_str("<div class=\"facts\">");
    for (name, value) in [
        ("right replies a second", format!("{:.0}", report.rate())),
        ("p50", shown(all.quantile(0.5))),
        ("p99", shown(all.quantile(0.99))),
        ("p99.9", shown(all.quantile(0.999))),
        ("longest", shown(all.longest())),
        ("wrong, refused, lost", errors.to_string()),
    ] {
        let class = if name.starts_with("wrong") && errors > 0 { " class=\"bad\"" } else { "" };
        let _ = write!(page, "<div><b{class}>{value}</b>{name}</div>");
    }
    page.push_str("</div>");
}

fn table(report: &Report, page: &mut String) {
    page.push_str("<div class=\"scroll\"><table>");
    for (index, row) in report.rows().iter().enumerate() {
        let cell = if index == 0 { "th" } else { "td" };
        let cells: String = row.iter().map(|text| format!("<{cell}>{}</{cell}>", escape(text))).collect();
        let _ = write!(page, "<tr>{cells}</tr>");
    }
    page.push_str("</table></div>");
}

const SECONDS: Axis<'static> = Axis { name: "seconds", scale: Scale::Even, label: plain };

fn rates(report: &Report) -> String {
    let line = |name: &str, count: &dyn Fn(&Interval) -> u64| Line {
        name: name.to_owned(),
        points: report.intervals.iter().map(|it| (it.at, per_second(count(it), it.length))).collect(),
    };
    let mut lines = vec![line("all", &|it| it.series.counts.all() - it.series.counts.lost)];
    if report.nodes.len() > 1 {
        let nodes = report.nodes.iter().enumerate();
        lines.extend(nodes.map(|(index, name)| line(name, &move |it| it.nodes.get(index).copied().unwrap_or(0))));
    }
    let y = Axis { name: "replies a second", scale: Scale::Even, label: plain };
    plot("Rate over time", &SECONDS, &y, &lines)
}

fn latencies(report: &Report) -> String {
    let line = |name: &str, latency: &dyn Fn(&Interval) -> Duration| Line {
        name: name.to_owned(),
        points: report.intervals.iter().map(|it| (it.at, latency(it).as_secs_f64() * 1e6)).collect(),
    };
    let lines = [
        line("p50", &|it| it.series.quantile(0.5)),
        line("p99", &|it| it.series.quantile(0.99)),
        line("longest", &|it| it.series.longest()),
    ];
    plot("Latency over time", &SECONDS, &TIME, &lines)
}

const TIME: Axis<'static> = Axis { name: "", scale: Scale::Powers, label: time };

fn distribution(report: &Report) -> String {
    let count = report.totals.all.latencies.len();
    let line = |name: &str, series: &super::record::Series| Line {
        name: name.to_owned(),
        // Beyond what was counted there is nothing to tell.
        points: SLOWER
            .iter()
            .filter(|slower| **slower <= per_second(count, 1.0).max(1.0))
            .map(|slower| (*slower, series.quantile(1.0 - 1.0 / slower).as_secs_f64() * 1e6))
            .collect(),
    };
    let mut lines = vec![line("all", &report.totals.all)];
    if report.nodes.len() > 1 {
        lines.extend(report.nodes.iter().zip(&report.totals.nodes).map(|(name, series)| line(name, series)));
    } else if report.requests.len() > 1 {
        lines.extend(report.requests.iter().zip(&report.totals.requests).map(|(name, series)| line(name, series)));
    }
    let x = Axis { name: "percentile", scale: Scale::Powers, label: percentile };
    plot("Latency by percentile", &x, &TIME, &lines)
}

fn plain(value: f64) -> String {
    if value >= 10_000.0 { format!("{}k", value / 1000.0) } else { format!("{value}") }
}

fn time(micros: f64) -> String {
    match micros {
        micros if micros < 1e3 => format!("{micros} µs"),
        micros if micros < 1e6 => format!("{} ms", micros / 1e3),
        micros => format!("{} s", micros / 1e6),
    }
}

/// The percentile that one reply in so many exceeds.
fn percentile(slower: f64) -> String {
    let percent = 100.0 - 100.0 / slower;
    format!("p{}", (percent * 1e4).round() / 1e4)
}
