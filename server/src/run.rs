//! An HSM from its parts, served until it is told to stop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context as _;
use engine::seal::SealingKey;
use engine::{Facts, Hsm, State};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::committer::Committer;
use crate::config::{Config, Listeners};
use crate::descriptors;
use crate::emulation::Emulation;
use crate::https;
use crate::limiter::Limiter;
use crate::listener::{Door, House, Kind};
use crate::metrics::Metrics;
use crate::ready::Addresses;
use crate::ready_pairs::{self, ReadyPairs};
use crate::seed::Randomness;
use crate::service::{self, Service};
use crate::slow::Slow;
use crate::store::Opened;
use crate::tenants;
use crate::tls::{Signer, Tls};

/// How often sessions and ceremonies are looked at for those whose time is over.
const SWEEP: Duration = Duration::from_secs(5);
/// How long ending what was cut off may take.
const CUT_OFF: Duration = Duration::from_secs(1);

/// Sockets that listen; connections wait in them until the HSM serves.
#[derive(Debug)]
pub struct Sockets {
    tls: TcpListener,
    clear: Option<TcpListener>,
    administration: TcpListener,
    https: Option<TcpListener>,
}

impl Sockets {
    /// Binds all that are configured.
    ///
    /// # Errors
    /// An address that cannot be had; the text says what to do.
    pub async fn bind(listeners: &Listeners) -> anyhow::Result<Self> {
        Ok(Self {
            tls: bind("tls", listeners.tls.address).await?,
            clear: match &listeners.clear {
                Some(clear) => Some(bind("clear", clear.address).await?),
                None => None,
            },
            administration: bind("administration", listeners.administration.address).await?,
            https: match &listeners.https {
                Some(https) => Some(bind("https", https.address).await?),
                None => None,
            },
        })
    }

    /// Where they listen.
    ///
    /// # Errors
    /// What the system says.
    pub fn addresses(&self) -> io::Result<Addresses> {
        Ok(Addresses {
            tls: Some(self.tls.local_addr()?),
            clear: self.clear.as_ref().map(TcpListener::local_addr).transpose()?,
            administration: Some(self.administration.local_addr()?),
            https: self.https.as_ref().map(TcpListener::local_addr).transpose()?,
        })
    }
}

async fn bind(name: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address} ({name}); if another HSM has it, choose another port, or 0 for a free one")
    })
}

/// What an HSM is made of.
#[derive(Debug)]
pub struct Parts {
    /// Settings, with a serial number.
    pub config: Config,
    /// Its sockets.
    pub sockets: Sockets,
    /// Its tenants.
    pub state: State,
    /// What seals their records.
    pub device: SealingKey,
    /// Where changes go.
    pub store: Opened,
    /// Certificates.
    pub tls: Tls,
    /// Where connections draw their randomness from.
    pub randomness: Randomness,
}

/// An HSM that serves.
#[derive(Debug)]
pub struct Running {
    house: Arc<House>,
    committer: JoinHandle<()>,
    signals: Signals,
}

/// Has what is over forgotten, and so wiped, even where nobody asks for anything.
async fn sweep(house: Arc<House>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {
                house.service.committer.sweep();
                let state = house.service.hsm.snapshot();
                house.service.emulation.forget(|tenant| state.find(tenant.as_str()).is_some());
            }
            () = house.stop.cancelled() => return,
        }
    }
}

/// What a signal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Stop,
    ReadCertificates,
}

#[derive(Debug)]
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.terminate.recv() => Told::Stop,
            _ = self.interrupt.recv() => Told::Stop,
            _ = self.hang_up.recv() => Told::ReadCertificates,
        }
    }

    async fn stop(&mut self) {
        while self.next().await != Told::Stop {}
    }
}

impl Running {
    /// Starts to serve; connections are accepted when this returns.
    ///
    /// # Errors
    /// A failed self-test, or what the system does not give.
    pub fn start(parts: Parts) -> anyhow::Result<Self> {
        engine::selftest::run()?;
        let Parts { config, sockets, state, device, store, tls, randomness } = parts;
        let signals = Signals::new()?;
        let facts = Facts {
            serial: config.serial.clone().unwrap_or_default(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: service::now(),
            listeners: sockets.addresses()?.named(),
        };
        let tls = Arc::new(tls);
        let clear = config.clear_tenant().and_then(|name| state.find(name)).map(Kind::Clear);
        let mapping = tenants::mapping(&config);
        let hsm = Arc::new(Hsm::new(facts, device, Box::new(Signer(Arc::clone(&tls))), store.store.log(), state));
        let metrics = Arc::new(Metrics::new()?);
        let (committer, thread) = Committer::start(Arc::clone(&hsm), store, Arc::clone(&metrics))?;
        let mut limits = config.limits.clone();
        descriptors::fit(&mut limits);
        let applications = Limiter::new(limits.connections, limits.connections_per_client);
        let few = |most: usize| most.min(descriptors::ADMINISTRATION);
        let administration = Limiter::new(few(limits.connections), few(limits.connections_per_client));
        // One for all doors of a kind, so that together they keep to it.
        let handshakes = |most| Arc::new(Semaphore::new(most));
        let (of_applications, of_administration) = (handshakes(limits.handshakes), handshakes(few(limits.handshakes)));
        let slow = Slow::new(limits.slow_workers, limits.slow_waiting, Arc::clone(&metrics));
        let ready_pairs = ReadyPairs::new(limits.ready_rsa_pairs, &randomness);
        let service = Service {
            ready_pairs,
            hsm,
            committer,
            limits: limits.clone(),
            emulation: Emulation::default(),
            metrics,
            randomness,
            connections: AtomicU64::default(),
            slow,
        };
        let house = Arc::new(House {
            service: Arc::new(service),
            tls,
            mapping,
            stop: CancellationToken::new(),
            cut_off: CancellationToken::new(),
            tasks: TaskTracker::new(),
            strictness: config.strictness.into(),
            accepted: AtomicU64::default(),
        });
        let doors = [
            Some((Kind::Applications, sockets.tls, Arc::clone(&applications), Arc::clone(&of_applications))),
            clear.zip(sockets.clear).map(|(kind, socket)| (kind, socket, applications, of_applications)),
            Some((Kind::Administration, sockets.administration, administration, of_administration)),
        ];
        house.tasks.spawn(ready_pairs::keep(Arc::clone(&house.service), house.stop.clone()));
        house.tasks.spawn(sweep(Arc::clone(&house)));
        if let Some((socket, https)) = sockets.https.zip(config.listeners.https.as_ref()) {
            // Not among the tasks that a stop waits for: it says to the last that the HSM is stopping.
            tokio::spawn(https::keep(socket, Arc::clone(&house), https.open_metrics));
        }
        for (kind, socket, limiter, handshakes) in doors.into_iter().flatten() {
            house.tasks.spawn(Door { kind, socket, limiter, handshakes, house: Arc::clone(&house) }.keep());
        }
        Ok(Self { house, committer: thread, signals })
    }

    /// The engine.
    #[must_use]
    pub fn hsm(&self) -> &Hsm {
        &self.house.service.hsm
    }

    /// Serves until SIGTERM or SIGINT, then lets requests under way end. SIGHUP reads the certificates again.
    pub async fn until_told_to_stop(mut self) {
        while self.signals.next().await == Told::ReadCertificates {
            match self.house.tls.reload() {
                Ok(()) => tracing::info!("the certificates are reloaded"),
                Err(error) => {
                    let error = format!("{error:#}");
                    tracing::error!(error, "the new certificates are not usable, the old ones stay in use");
                }
            }
        }
        self.drain().await;
    }

    async fn drain(self) {
        let Self { house, committer, mut signals } = self;
        tracing::info!("stopping");
        house.stop.cancel();
        house.tasks.close();
        tokio::select! {
            ended = timeout(house.service.limits.drain_timeout(), house.tasks.wait()) => if ended.is_err() {
                tracing::warn!(tasks = house.tasks.len(), "limits.drain_timeout_ms is over, connections are cut off");
            },
            () = signals.stop() => tracing::warn!("told to stop again, connections are cut off"),
        }
        house.cut_off.cancel();
        let _ = timeout(CUT_OFF, house.tasks.wait()).await;
        // The committer ends when nobody can ask it any more; what it has taken is stored before.
        drop(house);
        let joined = tokio::task::spawn_blocking(move || committer.join());
        if !matches!(timeout(CUT_OFF, joined).await, Ok(Ok(Ok(())))) {
            tracing::error!("the store did not end in time");
        }
        tracing::info!("stopped");
    }
}
