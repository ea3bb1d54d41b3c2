//! What operators watch: counts, latencies and states, for Prometheus.
//!
//! A request costs two additions in memory that its tenant's connections share; nothing is looked up, locked or allocated.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use engine::major_key::MajorKeyKind;
use engine::tenant::TenantName;
use engine::{Channel, State, major_key};
use prometheus::core::Collector;
use prometheus::{
    Counter, Encoder as _, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
    Opts, Registry, TextEncoder,
};
use protocol::command::Command;

use crate::service;

/// Upper bounds of the latency histograms, in seconds: from what a short command takes to what nobody waits for.
const BUCKETS: &[f64] = &[
    1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5,
    1.0, 2.5, 10.0,
];

/// All that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    commands: IntCounterVec,
    seconds: HistogramVec,
    tallies: Mutex<HashMap<String, Arc<Tally>>>,
    rendering: Mutex<()>,
    /// Connections that are open, by listener.
    pub connections: IntGaugeVec,
    /// Handshakes by listener and how they ended: `full`, `resumed`, `failed`.
    pub handshakes: IntCounterVec,
    /// Bytes of frames that came in.
    pub received: IntCounter,
    /// Bytes of replies that went out.
    pub sent: IntCounter,
    /// Groups of changes that were stored.
    pub commits: IntCounter,
    /// Groups of changes that the store did not take.
    pub commits_failed: IntCounter,
    /// Changes and records that were stored in those groups.
    pub committed: IntCounter,
    /// How long storing a group took.
    pub commit_seconds: Histogram,
    major_keys: IntGaugeVec,
    keys: IntGaugeVec,
    faults: IntGauge,
    /// How long slow work took.
    pub slow_seconds: Histogram,
    /// How long slow work waited for its turn.
    pub slow_wait_seconds: Histogram,
    slow_waiting: IntGaugeVec,
    sessions: IntGaugeVec,
    waiting: IntGauge,
    ready_pairs: IntGauge,
    memory: IntGauge,
    descriptors: IntGauge,
    cpu: Counter,
}

/// What is counted of one tenant's commands.
#[derive(Debug)]
pub struct Tally {
    tenant: String,
    commands: Vec<OnceLock<Counted>>,
}

#[derive(Debug)]
struct Counted {
    served: IntCounter,
    refused: IntCounter,
    seconds: Histogram,
}

impl Metrics {
    /// Nothing is counted yet.
    ///
    /// # Errors
    /// A name that Prometheus does not take; none is.
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let counter = |name: &str, help: &str| kept(&registry, IntCounter::new(name, help)?);
        let gauge = |name: &str, help: &str| kept(&registry, IntGauge::new(name, help)?);
        let counters = |name: &str, help: &str, labels: &[&str]| {
            kept(&registry, IntCounterVec::new(Opts::new(name, help), labels)?)
        };
        let gauges =
            |name: &str, help: &str, labels: &[&str]| kept(&registry, IntGaugeVec::new(Opts::new(name, help), labels)?);
        let times = |name: &str, help: &str| HistogramOpts::new(name, help).buckets(BUCKETS.to_vec());
        Ok(Self {
            commands: counters(
                "strongroom_commands_total",
                "Commands that were answered, by name, tenant and outcome",
                &["command", "tenant", "outcome"],
            )?,
            seconds: kept(
                &registry,
                HistogramVec::new(
                    times("strongroom_command_seconds", "Time from a whole frame to its whole reply"),
                    &["command", "tenant"],
                )?,
            )?,
            tallies: Mutex::default(),
            rendering: Mutex::default(),
            connections: gauges("strongroom_connections", "Connections that are open, by listener", &["listener"])?,
            handshakes: counters(
                "strongroom_handshakes_total",
                "TLS handshakes, by listener and how they ended",
                &["listener", "outcome"],
            )?,
            received: counter("strongroom_received_bytes_total", "Bytes that came in on connections")?,
            sent: counter("strongroom_sent_bytes_total", "Bytes of replies that went out")?,
            commits: counter("strongroom_store_commits_total", "Groups of changes that were stored")?,
            commits_failed: counter("strongroom_store_commits_failed_total", "Groups that the store did not take")?,
            committed: counter("strongroom_store_records_total", "Changes and audit records that were stored")?,
            commit_seconds: kept(
                &registry,
                Histogram::with_opts(times("strongroom_store_commit_seconds", "Time that storing a group took"))?,
            )?,
            major_keys: gauges(
                "strongroom_major_key_loaded",
                "1 where the major key is loaded, 0 where it is not",
                &["tenant", "major_key"],
            )?,
            keys: gauges("strongroom_stored_keys", "Keys in the key table", &["tenant"])?,
            faults: gauge("strongroom_faults", "Faults that are made on purpose")?,
            slow_seconds: kept(
                &registry,
                Histogram::with_opts(times(
                    "strongroom_slow_seconds",
                    "Time that slow work took, once it had its turn",
                ))?,
            )?,
            slow_wait_seconds: kept(
                &registry,
                Histogram::with_opts(times("strongroom_slow_wait_seconds", "Time that slow work waited for its turn"))?,
            )?,
            slow_waiting: gauges("strongroom_slow_waiting", "Slow work that waits for its turn", &["tenant"])?,
            sessions: gauges("strongroom_sessions", "Sessions with a login", &["tenant"])?,
            waiting: gauge("strongroom_changes_waiting", "Changes that wait for the store")?,
            ready_pairs: gauge("strongroom_ready_rsa_pairs", "RSA key pairs that are ready for the next who asks")?,
            memory: gauge("strongroom_resident_bytes", "Memory of the process that is resident")?,
            descriptors: gauge("strongroom_open_descriptors", "Descriptors that the process has open")?,
            cpu: kept(
                &registry,
                Counter::new("strongroom_cpu_seconds_total", "Processor time of the process, in user and system mode")?,
            )?,
            registry,
        })
    }

    /// Where the commands of a tenant are counted.
    #[must_use]
    pub fn tally(&self, tenant: &str) -> Arc<Tally> {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let commands = Command::ALL.iter().map(|_| OnceLock::new()).collect();
            Arc::new(Tally { tenant: tenant.to_owned(), commands })
        };
        Arc::clone(tallies.entry(tenant.to_owned()).or_insert_with(make))
    }

    /// Counts a command that was answered after `time`.
    pub fn command(&self, tally: &Tally, command: Command, is_served: bool, time: Duration) {
        let Some(place) = tally.commands.get(command.index()) else { return };
        let counted = place.get_or_init(|| {
            let (name, tenant) = (command.spec().name, tally.tenant.as_str());
            Counted {
                served: self.commands.with_label_values(&[name, tenant, "served"]),
                refused: self.commands.with_label_values(&[name, tenant, "refused"]),
                seconds: self.seconds.with_label_values(&[name, tenant]),
            }
        });
        if is_served { &counted.served } else { &counted.refused }.inc();
        counted.seconds.observe(time.as_secs_f64());
    }

    /// Lets go of the series of tenants that are gone.
    fn forget(&self, state: &State) {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        tallies.retain(|tenant, _| {
            let is_there = tenant == TenantName::RESERVED || state.find(tenant).is_some();
            if !is_there {
                for command in Command::ALL {
                    let name = command.spec().name;
                    // Those that it never asked for have no series.
                    for outcome in ["served", "refused"] {
                        let _ = self.commands.remove_label_values(&[name, tenant, outcome]);
                    }
                    let _ = self.seconds.remove_label_values(&[name, tenant]);
                }
            }
            is_there
        });
    }

    /// Everything in the text form of Prometheus; `state` tells of keys, `waiting` how many changes wait, `slow` what else does,
    /// `ready_pairs` how many RSA key pairs are ready.
    #[must_use]
    pub fn render(&self, state: &State, waiting: usize, slow: &HashMap<Channel, usize>, ready_pairs: usize) -> String {
        // What is set anew each time is set by one at a time.
        let _turn = self.rendering.lock().unwrap_or_else(PoisonError::into_inner);
        self.forget(state);
        self.major_keys.reset();
        self.keys.reset();
        self.sessions.reset();
        self.slow_waiting.reset();
        for tenant in state.tenants() {
            let name = tenant.name().as_str();
            for kind in MajorKeyKind::ALL {
                let is_loaded = tenant.major_keys().of_age(*kind, major_key::Age::Current).is_some();
                self.major_keys.with_label_values(&[name, kind.name()]).set(is_loaded.into());
            }
            self.keys.with_label_values(&[name]).set(count(tenant.table().len()));
            let sessions = tenant.people().logins(service::now()).count();
            self.sessions.with_label_values(&[name]).set(count(sessions));
            self.slow_waiting.with_label_values(&[name]).set(0);
        }
        for (whose, waiting) in slow {
            let name = match whose {
                Channel::Administration => TenantName::RESERVED,
                Channel::Application(id) => state.tenant(*id).map_or("", |tenant| tenant.name().as_str()),
            };
            self.slow_waiting.with_label_values(&[name]).set(count(*waiting));
        }
        self.faults.set(state.behaviour().map_or(0, |behaviour| count(behaviour.faults.len())));
        self.waiting.set(count(waiting));
        self.ready_pairs.set(count(ready_pairs));
        self.memory.set(resident().unwrap_or(0));
        self.descriptors.set(std::fs::read_dir("/proc/self/fd").map_or(0, |all| count(all.count())));
        self.cpu.reset();
        self.cpu.inc_by(processor_seconds().unwrap_or(0.0));
        let mut out = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut out) {
            tracing::error!(%error, "the metrics cannot be written");
        }
        String::from_utf8_lossy(&out).into_owned()
    }
}

fn kept<C: Collector + Clone + 'static>(registry: &Registry, collector: C) -> prometheus::Result<C> {
    registry.register(Box::new(collector.clone()))?;
    Ok(collector)
}

fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Resident memory as Linux tells it, in bytes.
fn resident() -> Option<i64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: i64 = text.split_whitespace().nth(1)?.parse().ok()?;
    pages.checked_mul(i64::try_from(rustix::param::page_size()).ok()?)
}

/// Processor time as Linux tells it: the 14th and 15th field, of which the second may hold blanks (proc(5)).
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok().map(f64::from);
    let per_second = u32::try_from(rustix::param::clock_ticks_per_second()).ok().filter(|it| *it > 0)?;
    Some((ticks()? + ticks()?) / f64::from(per_second))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use engine::Policy;
    use engine::provision::{self, Seed};

    use super::*;

    /// The metrics that a text names.
    fn named(text: &str) -> BTreeSet<String> {
        let is_of_name = |character: char| character.is_ascii_lowercase() || character == '_';
        let rest = text.match_indices("strongroom_").map(|(at, _)| &text[at..]);
        let names = rest.map(|rest| rest.split(|character| !is_of_name(character)).next().unwrap_or_default());
        let parts = ["_bucket", "_sum", "_count"];
        let whole = |name: &str| parts.iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name).to_owned();
        names.map(whole).collect()
    }

    #[test]
    fn the_page_and_the_dashboard_tell_of_every_metric_and_of_no_other() {
        let source = include_str!("metrics.rs").split("#[cfg(test)]").next().unwrap_or_default();
        let there = named(source);
        assert!(there.len() > 20, "{there:?}");
        assert_eq!(named(include_str!("../../docs/metrics.md")), there, "docs/metrics.md");
        assert_eq!(named(include_str!("../../docs/grafana.json")), there, "docs/grafana.json");
    }

    #[test]
    fn the_process_tells_of_itself() {
        let metrics = Metrics::new().expect("names that Prometheus takes");
        let text = metrics.render(&State::default(), 0, &HashMap::new(), 0);
        for name in ["strongroom_resident_bytes", "strongroom_open_descriptors", "strongroom_cpu_seconds_total"] {
            let value = text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            let value: f64 = value.and_then(|value| value.parse().ok()).expect(name);
            assert!((0.0..1e12).contains(&value), "{name} {value}");
        }
        assert!(processor_seconds().is_some_and(|seconds| seconds >= 0.0));
    }

    #[test]
    fn commands_are_counted_by_name_tenant_and_outcome() {
        let metrics = Metrics::new().expect("names that Prometheus takes");
        let (bank, shop) = (metrics.tally("bank"), metrics.tally("shop"));
        for _ in 0..3 {
            metrics.command(&bank, Command::Echo, true, Duration::from_micros(3));
        }
        metrics.command(&metrics.tally("bank"), Command::Echo, false, Duration::from_millis(3));
        metrics.command(&shop, Command::RandomData, true, Duration::from_micros(1));
        let tenants = ["bank", "shop"].map(|name| (TenantName::new(name).expect("a name"), Policy::default()));
        let state = provision::state(tenants, &Seed::from_text("metrics")).expect("a state");
        let text = metrics.render(&state, 7, &HashMap::from([(Channel::Administration, 3)]), 2);
        for line in [
            "strongroom_commands_total{command=\"ECHO\",outcome=\"served\",tenant=\"bank\"} 3",
            "strongroom_commands_total{command=\"ECHO\",outcome=\"refused\",tenant=\"bank\"} 1",
            "strongroom_commands_total{command=\"RAND\",outcome=\"served\",tenant=\"shop\"} 1",
            "strongroom_command_seconds_bucket{command=\"ECHO\",tenant=\"bank\",le=\"0.000005\"} 3",
            "strongroom_command_seconds_count{command=\"ECHO\",tenant=\"bank\"} 4",
            "strongroom_changes_waiting 7",
            "strongroom_ready_rsa_pairs 2",
            "strongroom_slow_waiting{tenant=\"administration\"} 3",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} in\n{text}");
        }
        let without = metrics.render(&State::default(), 0, &HashMap::new(), 0);
        assert!(!without.contains("bank"), "what was counted of a tenant goes with it");
        let places: Vec<usize> = Command::ALL.iter().map(|command| command.index()).collect();
        assert_eq!(places, (0..Command::ALL.len()).collect::<Vec<_>>(), "every command has a place of its own");
    }
}
