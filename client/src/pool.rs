//! The connections of a client, and which of them gets the next call.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use protocol::frame::Limits;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::attestation;
use crate::connection::{self, Job, Settings};
use crate::dial;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::options::Options;
use crate::request::Echoes;

/// Every address with its connections.
pub(crate) struct Pool {
    /// The connections of one address stand together.
    nodes: Vec<Vec<Slot>>,
    turn: AtomicUsize,
    echoes: Echoes,
    limits: Limits,
    deadline: Duration,
}

/// One connection's task, connected or not.
pub(crate) struct Slot {
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) in_flight: Arc<AtomicUsize>,
    pub(crate) jobs: mpsc::Sender<Job>,
}

impl Pool {
    pub(crate) fn start(options: &Options) -> Result<Self, Error> {
        if options.connections == 0 || options.pipeline == 0 {
            return Err(Error::invalid("at least one connection and one call in flight are needed"));
        }
        let settings = Settings {
            pipeline: options.pipeline,
            keep_alive: options.keep_alive,
            patience: options.deadlines.call,
            limits: options.limits,
        };
        let node = |dialer| {
            let endpoint = Arc::new(Endpoint::new(dialer, options.back_off));
            (0..options.connections).map(|_| Slot::start(&endpoint, settings)).collect()
        };
        Ok(Self {
            nodes: dial::dialers(options)?.into_iter().map(node).collect(),
            turn: AtomicUsize::new(0),
            echoes: Echoes::default(),
            limits: options.limits,
            deadline: options.deadlines.call,
        })
    }

    /// Whether an HSM that this client is connected to has signed `message`. `None` where it has not shown any certificate.
    pub(crate) fn signed(&self, scheme: u16, message: &[u8], signature: &[u8]) -> Option<bool> {
        let certificates =
            self.nodes.iter().filter_map(|node| node.first()).filter_map(|slot| {
                slot.endpoint.dialer.certificate.lock().unwrap_or_else(PoisonError::into_inner).clone()
            });
        let verdicts = certificates.map(|it| attestation::verifies(&it, scheme, message, signature));
        verdicts.reduce(|any, one| any || one)
    }

    /// Finds out whether any address can be reached, trying each once.
    pub(crate) async fn probe(&self) -> Result<(), Error> {
        let mut last = Error::invalid("no address to connect to");
        for slot in self.nodes.iter().filter_map(|node| node.first()) {
            match connection::open(slot).await {
                Ok(()) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Round robin over the healthy addresses, the one with the fewest calls in flight first; there, an idle
    /// connection. Where none is healthy, the one that may be tried again soonest.
    pub(crate) fn choose(&self) -> &Slot {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let count = self.nodes.len();
        let node = (0..count)
            .map(|step| &self.nodes[(turn.wrapping_add(step)) % count])
            .min_by_key(|node| (node[0].endpoint.passed_over_until(), node[0].endpoint.in_flight()));
        let node = node.unwrap_or(&self.nodes[0]);
        let least = node.iter().min_by_key(|slot| slot.in_flight.load(Ordering::Relaxed));
        least.unwrap_or(&node[0])
    }

    /// When the first of the addresses may be tried again, where none is healthy now.
    pub(crate) fn all_passed_over_until(&self) -> Option<Instant> {
        let mut soonest = None;
        for node in &self.nodes {
            let until = node[0].endpoint.passed_over_until()?;
            soonest = Some(soonest.map_or(until, |soonest: Instant| soonest.min(until)));
        }
        soonest
    }

    /// How often one call may be asked: every address, and twice more for those that come back.
    pub(crate) fn tries(&self) -> usize {
        self.nodes.len() + 2
    }

    pub(crate) fn echoes(&self) -> &Echoes {
        &self.echoes
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    pub(crate) fn deadline(&self) -> Duration {
        self.deadline
    }
}

impl Slot {
    fn start(endpoint: &Arc<Endpoint>, settings: Settings) -> Self {
        let (jobs, received) = mpsc::channel(settings.pipeline);
        tokio::spawn(connection::run(endpoint.clone(), settings, received));
        Self { endpoint: endpoint.clone(), in_flight: Arc::new(AtomicUsize::new(0)), jobs }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses = self.nodes.iter().map(|node| node[0].endpoint.address());
        f.debug_list().entries(addresses).finish()
    }
}
