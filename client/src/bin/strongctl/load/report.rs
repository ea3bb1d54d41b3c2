//! What a run found, as a table and as JSON.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::Load;
use super::pace::Pace;
use super::player::Plan;
use super::record::{Counts, Interval, Series, Totals};
use super::threshold::shown;
use crate::output::columns;

/// The quantiles that are told, by name.
pub(super) const QUANTILES: &[(&str, f64)] =
    &[("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999)];

/// A run that is over.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) title: String,
    /// How it was paced, in words.
    pub(super) pace: String,
    pub(super) started: SystemTime,
    pub(super) seconds: f64,
    pub(super) requests: Vec<String>,
    pub(super) nodes: Vec<String>,
    pub(super) intervals: Vec<Interval>,
    pub(super) totals: Totals,
    /// Thresholds that were not kept.
    pub(super) broken: Vec<String>,
}

impl Report {
    pub(super) fn new(
        plan: &Plan,
        args: &Load,
        pace: Pace,
        totals: Totals,
        (started, seconds): (SystemTime, f64),
        intervals: Vec<Interval>,
    ) -> Self {
        let loops = match pace {
            Pace::Closed => "closed loop".to_owned(),
            Pace::Open { rate, ramp } => format!("open loop of {rate} sequences/s, ramp {ramp} s"),
        };
        let broken = args.thresholds.broken(&totals, per_second(totals.all.counts.right, seconds));
        Self {
            title: plan.scenario.title.clone(),
            pace: format!("{} connections, depth {}, {loops}, seed {}", plan.connections, plan.depth, plan.seed),
            started,
            seconds,
            requests: plan.scenario.requests.clone(),
            nodes: plan.routes.iter().map(|route| route.address().to_owned()).collect(),
            intervals,
            totals,
            broken,
        }
    }

    /// Right replies a second.
    pub(super) fn rate(&self) -> f64 {
        per_second(self.totals.all.counts.right, self.seconds)
    }

    /// Rows of a table: a head, each request, each node where there are several, and the sum.
    pub(super) fn rows(&self) -> Vec<Vec<String>> {
        let mut head = vec!["request".to_owned(), "right/s".to_owned()];
        head.extend(QUANTILES.iter().map(|(name, _)| (*name).to_owned()));
        head.extend(["longest", "right", "wrong", "refused", "lost"].map(str::to_owned));
        let mut rows = vec![head];
        let named = |names: &[String], series: &[Series]| -> Vec<Vec<String>> {
            names.iter().zip(series).map(|(name, series)| self.row(name, series)).collect()
        };
        rows.extend(named(&self.requests, &self.totals.requests));
        if self.nodes.len() > 1 {
            rows.extend(named(&self.nodes, &self.totals.nodes));
        }
        rows.push(self.row("all", &self.totals.all));
        rows
    }

    fn row(&self, name: &str, series: &Series) -> Vec<String> {
        let Counts { right, wrong, refused, lost } = series.counts;
        let mut row = vec![name.to_owned(), format!("{:.0}", per_second(right, self.seconds))];
        let is_empty = series.latencies.is_empty();
        let time = |time| if is_empty { "-".to_owned() } else { shown(time) };
        row.extend(QUANTILES.iter().map(|(_, quantile)| time(series.quantile(*quantile))));
        row.push(time(series.longest()));
        row.extend([right, wrong, refused, lost].map(|count| count.to_string()));
        row
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}: {}, {:.1} s\n\n{}", self.title, self.pace, self.seconds, columns(&self.rows()));
        if !self.totals.late.is_empty() {
            let late = |quantile| shown(Duration::from_nanos(self.totals.late.value_at_quantile(quantile)));
            let (half, most) = (late(0.5), late(0.99));
            text.push_str(&format!(
                "\nrequests left after they were due by {half} (p50), {most} (p99); latencies include it\n"
            ));
        }
        if self.totals.connections_lost > 0 {
            text.push_str(&format!("\n{} connections were lost or not made\n", self.totals.connections_lost));
        }
        for (head, lines) in [("what went wrong, by example", &self.totals.examples), ("not kept", &self.broken)] {
            if !lines.is_empty() {
                text.push_str(&format!("\n{head}:\n"));
                lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
            }
        }
        text
    }

    /// For programs. Times are in microseconds.
    pub(super) fn json(&self) -> Value {
        let named = |names: &[String], series: &[Series]| -> Vec<Value> {
            names.iter().zip(series).map(|(name, series)| self.series_json(name, series)).collect()
        };
        let intervals: Vec<Value> = self
            .intervals
            .iter()
            .map(|interval| {
                let counts = &interval.series.counts;
                json!({
                    "at_seconds": interval.at,
                    "right_per_second": per_second(counts.right, interval.length),
                    "errors": counts.errors(),
                    "p50_us": micros(&interval.series, 0.5),
                    "p99_us": micros(&interval.series, 0.99),
                    "longest_us": interval.series.longest().as_secs_f64() * 1e6,
                    "replies_of_nodes": interval.nodes,
                })
            })
            .collect();
        json!({
            "scenario": self.title,
            "pace": self.pace,
            "seconds": self.seconds,
            "all": self.series_json("all", &self.totals.all),
            "requests": named(&self.requests, &self.totals.requests),
            "nodes": named(&self.nodes, &self.totals.nodes),
            "sent_late_p50_us": self.totals.late.value_at_quantile(0.5) / 1000,
            "sent_late_p99_us": self.totals.late.value_at_quantile(0.99) / 1000,
            "connections_lost": self.totals.connections_lost,
            "examples": self.totals.examples,
            "thresholds_not_kept": self.broken,
            "intervals": intervals,
        })
    }

    fn series_json(&self, name: &str, series: &Series) -> Value {
        let Counts { right, wrong, refused, lost } = series.counts;
        let mut value = json!({
            "name": name,
            "right_per_second": per_second(right, self.seconds),
            "right": right, "wrong": wrong, "refused": refused, "lost": lost,
            "longest_us": series.longest().as_secs_f64() * 1e6,
        });
        for (quantile_name, quantile) in QUANTILES {
            value[format!("{quantile_name}_us")] = micros(series, *quantile).into();
        }
        value
    }
}

/// The line of progress.
pub(super) fn line(interval: &Interval) -> String {
    let series = &interval.series;
    format!(
        "{:.0}/s  p50 {}  p99 {}  longest {}  {} errors",
        per_second(series.counts.right, interval.length),
        shown(series.quantile(0.5)),
        shown(series.quantile(0.99)),
        shown(series.longest()),
        series.counts.errors(),
    )
}

fn micros(series: &Series, quantile: f64) -> f64 {
    series.quantile(quantile).as_secs_f64() * 1e6
}

#[expect(clippy::cast_precision_loss, reason = "2^53 requests are more than any run has")]
pub(super) fn per_second(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}
