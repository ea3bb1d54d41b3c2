//! A door: accepts connections, finds out whose they are, and serves them.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use engine::tenant::TenantName;
use engine::{Channel, Origin, TenantId};
use prometheus::IntGauge;
use protocol::field::code::FaultKind;
use protocol::frame::Strictness;
use rustls::HandshakeKind;
use rustls::pki_types::CertificateDer;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::connection;
use crate::emulation;
use crate::limiter::Limiter;
use crate::pki::mapping::{self, Fingerprint, Mapping, Owner};
use crate::service::{self, Service};
use crate::tls::Tls;
use crate::trust::Trust;

/// After this the system is asked again for connections that it could not give, as when descriptors run out.
const BREATHER: Duration = Duration::from_millis(100);

/// Which listener it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// TLS, for tenants' applications.
    Applications,
    /// TLS, for administrators and nobody else.
    Administration,
    /// Clear text, for one tenant.
    Clear(TenantId),
}

impl Kind {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applications => "tls",
            Self::Administration => "administration",
            Self::Clear(_) => "clear",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What all doors share.
#[derive(Debug)]
pub struct House {
    /// The HSM.
    pub service: Arc<Service>,
    /// Certificates.
    pub tls: Arc<Tls>,
    /// Whose certificate is whose.
    pub mapping: Mapping,
    /// Says that the server stops.
    pub stop: CancellationToken,
    /// Cuts off what does not end by itself then.
    pub cut_off: CancellationToken,
    /// Everything that is under way.
    pub tasks: TaskTracker,
    /// How administrators' frames are read; a tenant's policy says it for the tenant.
    pub strictness: Strictness,
    /// Connections that were accepted: each has the number that it is.
    pub accepted: AtomicU64,
}

/// One listener at work.
#[derive(Debug)]
pub struct Door {
    /// Which one.
    pub kind: Kind,
    /// Its socket.
    pub socket: TcpListener,
    /// Its places.
    pub limiter: Arc<Limiter>,
    /// Turns to be let in.
    pub handshakes: Arc<Semaphore>,
    /// What it leads into.
    pub house: Arc<House>,
}

/// A connection as the log tells it apart.
#[derive(Clone, Copy, Debug)]
struct Who {
    number: u64,
    peer: SocketAddr,
}

/// Counts a connection as closed, however it ends.
struct Closed(IntGauge);

impl Drop for Closed {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
enum TurnedAway {
    #[error("the TLS handshake was not finished in time")]
    Slow,
    #[error("the TLS handshake failed: {0}")]
    Handshake(std::io::Error),
    #[error("no certificate")]
    Anonymous,
    #[error("{0}")]
    Nobody(#[from] mapping::Refusal),
    #[error("an administrator's certificate; it is for the administration listener")]
    Administrator,
    #[error("a client certificate of tenant {0}; this listener is for administrators")]
    Application(String),
}

impl Door {
    /// Accepts until the server stops.
    pub async fn keep(self) {
        let handshakes = Arc::clone(&self.handshakes);
        let door = Arc::new(self);
        loop {
            // Peers beyond the bound wait in the system's queue.
            let turn = tokio::select! {
                turn = Arc::clone(&handshakes).acquire_owned() => turn,
                () = door.house.stop.cancelled() => return,
            };
            let Ok(turn) = turn else { return };
            let accepted = tokio::select! {
                accepted = door.socket.accept() => accepted,
                () = door.house.stop.cancelled() => return,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let door = Arc::clone(&door);
                    door.house.tasks.clone().spawn(async move {
                        tokio::select! {
                            () = door.welcome(stream, peer, turn) => {}
                            () = door.house.cut_off.cancelled() => {}
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(listener = %door.kind, %error, "no connection could be accepted");
                    tokio::time::sleep(BREATHER).await;
                }
            }
        }
    }

    /// Serves one connection from its first byte to its end.
    async fn welcome(&self, stream: TcpStream, peer: SocketAddr, turn: OwnedSemaphorePermit) {
        let who = Who { number: self.house.accepted.fetch_add(1, Ordering::Relaxed) + 1, peer };
        // Replies are written whole, so waiting for more would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(connection = who.number, %peer, %error, "nodelay");
        }
        if let Kind::Clear(tenant) = self.kind {
            self.serve(stream, who, Channel::Application(tenant), None, turn).await;
            return;
        }
        if self.is_on(FaultKind::Away, None) {
            tracing::warn!(listener = %self.kind, connection = who.number, %peer, "connection refused by a fault that was asked for");
            return;
        }
        // What a handshake needs is given back at its end: it is more than a connection needs.
        match Box::pin(self.admit(stream)).await {
            Ok((_, channel, _)) if self.is_away_from(channel) => {
                tracing::warn!(listener = %self.kind, connection = who.number, %peer, "connection refused by a fault that was asked for");
            }
            Ok((stream, channel, client)) => self.serve(stream, who, channel, Some(client), turn).await,
            Err(reason) => {
                tracing::warn!(listener = %self.kind, connection = who.number, %peer, %reason, "connection refused");
            }
        }
    }

    /// Whether a fault of connections is on; administration is spared.
    fn is_on(&self, kind: FaultKind, tenant: Option<&TenantName>) -> bool {
        let state = self.house.service.hsm.snapshot();
        self.kind != Kind::Administration && emulation::is_on(state.behaviour(), kind, tenant, service::now())
    }

    fn is_away_from(&self, channel: Channel) -> bool {
        let state = self.house.service.hsm.snapshot();
        match channel {
            Channel::Administration => false,
            Channel::Application(id) => {
                state.tenant(id).is_some_and(|tenant| self.is_on(FaultKind::Away, Some(tenant.name())))
            }
        }
    }

    async fn admit(&self, stream: TcpStream) -> Result<(Box<TlsStream<TcpStream>>, Channel, Fingerprint), TurnedAway> {
        let in_use = self.house.tls.with(self.house.service.hsm.snapshot().client_cas());
        let config = match &in_use.server_expired {
            Some(config) if self.is_on(FaultKind::ServerExpired, None) => config,
            Some(_) | None if self.is_on(FaultKind::Expired, None) => &in_use.expired,
            Some(_) | None => &in_use.config,
        };
        let acceptor = TlsAcceptor::from(Arc::clone(config));
        let handshake = tokio::select! {
            handshake = timeout(self.house.service.limits.handshake_timeout(), acceptor.accept(stream)) => handshake,
            () = self.house.stop.cancelled() => return Err(TurnedAway::Slow),
        };
        let handshakes = &self.house.service.metrics.handshakes;
        let ended = |how| handshakes.with_label_values(&[self.kind.name(), how]).inc();
        let stream = match handshake.map_err(|_| TurnedAway::Slow).and_then(|it| it.map_err(TurnedAway::Handshake)) {
            Ok(stream) => stream,
            Err(error) => {
                ended("failed");
                return Err(error);
            }
        };
        let is_resumed = stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed);
        ended(if is_resumed { "resumed" } else { "full" });
        let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
        let certificate = chain.first().ok_or(TurnedAway::Anonymous)?;
        let channel = self.channel(chain, &in_use.trust)?;
        let client = mapping::fingerprint(certificate);
        Ok((Box::new(stream), channel, client))
    }

    /// Where a certificate leads through this door.
    fn channel(&self, chain: &[CertificateDer<'_>], trust: &Trust) -> Result<Channel, TurnedAway> {
        let state = self.house.service.hsm.snapshot();
        let is_tenant = |name: &str| state.find(name).is_some();
        match (self.house.mapping.owner(chain, trust, is_tenant)?, self.kind) {
            (Owner::Administration, Kind::Administration) => Ok(Channel::Administration),
            (Owner::Administration, Kind::Applications | Kind::Clear(_)) => Err(TurnedAway::Administrator),
            (Owner::Tenant(name), Kind::Administration) => Err(TurnedAway::Application(name)),
            (Owner::Tenant(name), Kind::Applications | Kind::Clear(_)) => {
                let tenant = state.find(&name);
                tenant.map(Channel::Application).ok_or(mapping::Refusal::NoSuchTenant(name).into())
            }
        }
    }

    /// The turn is kept while a connection is refused, so that those beyond the limits are bounded too.
    async fn serve<S>(
        &self,
        stream: S,
        Who { number, peer }: Who,
        channel: Channel,
        client: Option<Fingerprint>,
        turn: OwnedSemaphorePermit,
    ) where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    {
        let service = &self.house.service;
        let origin =
            Origin { peer: Some(peer.to_string().into()), certificate: client.as_ref().map(engine::Fingerprint::new) };
        match self.limiter.enter(client, self.bound(channel)) {
            Ok(_place) => {
                drop(turn);
                tracing::debug!(listener = %self.kind, connection = number, %peer, "connection begun");
                let open = service.metrics.connections.with_label_values(&[self.kind.name()]);
                open.inc();
                let _ended = Closed(open);
                let strictness = self.strictness(channel);
                let end =
                    connection::serve(stream, channel, origin, strictness, service, &self.house.stop, number).await;
                tracing::debug!(listener = %self.kind, connection = number, %peer, ?end, "connection ended");
            }
            Err(reason) => {
                tracing::warn!(listener = %self.kind, connection = number, %peer, %reason, "connection refused");
                Box::pin(connection::refuse(stream, &reason, service)).await;
                drop(turn);
            }
        }
    }

    /// A tenant, and how many connections it may have.
    fn bound(&self, channel: Channel) -> Option<(TenantId, Option<usize>)> {
        let Channel::Application(id) = channel else { return None };
        let state = self.house.service.hsm.snapshot();
        let pace = state.behaviour().zip(state.tenant(id)).and_then(|(all, tenant)| all.pace(tenant.name()));
        let most = pace.and_then(|pace| usize::try_from(pace.bounds.connections?).ok());
        Some((id, most))
    }

    fn strictness(&self, channel: Channel) -> Strictness {
        match channel {
            Channel::Administration => self.house.strictness,
            Channel::Application(id) => {
                let state = self.house.service.hsm.snapshot();
                state.tenant(id).map_or(self.house.strictness, |tenant| tenant.policy().strictness)
            }
        }
    }
}
