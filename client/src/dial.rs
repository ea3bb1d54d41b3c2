//! Making a connection.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::command::login::join;
use protocol::deframer::Deframer;
use protocol::field::data::Token;
use protocol::frame::{Limits, Strictness};
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::error::Error;
use crate::options::{Deadlines, Options};
use crate::reply;
use crate::request::{Echoes, Outbound};
use crate::tls;

/// A TCP or TLS stream.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// How to reach one address.
pub(crate) struct Dialer {
    pub(crate) address: Arc<str>,
    pub(crate) tls: Option<(TlsConnector, ServerName<'static>)>,
    pub(crate) deadlines: Deadlines,
    /// The session to join.
    pub(crate) session: Option<Token>,
    /// What the HSM has shown last.
    pub(crate) certificate: Mutex<Option<CertificateDer<'static>>>,
}

/// How to reach each address of the options.
pub(crate) fn dialers(options: &Options) -> Result<Vec<Dialer>, Error> {
    if options.addresses.is_empty() {
        return Err(Error::invalid("no address to connect to"));
    }
    let connector = options.tls.as_ref().map(tls::connector).transpose()?;
    // An address that swallows everything must leave a call the time to try the others.
    let share = options.deadlines.call / u32::try_from(options.addresses.len()).unwrap_or(u32::MAX);
    let deadlines = Deadlines {
        connect: options.deadlines.connect.min(share),
        handshake: options.deadlines.handshake.min(share),
        ..options.deadlines
    };
    let dialer = |address: &String| {
        let tls = match (&connector, &options.tls) {
            (Some(connector), Some(tls)) => Some((connector.clone(), tls::server_name(tls, address)?)),
            (None, _) | (_, None) => None,
        };
        let (session, certificate) = (options.session.clone(), Mutex::default());
        Ok(Dialer { address: address.as_str().into(), tls, deadlines, session, certificate })
    };
    options.addresses.iter().map(dialer).collect()
}

impl Dialer {
    pub(crate) async fn dial(&self) -> Result<Box<dyn Stream>, Error> {
        let mut stream = self.connect().await?;
        if let Some(token) = &self.session {
            match timeout(self.deadlines.handshake, self.join(stream.as_mut(), token)).await {
                Ok(joined) => joined?,
                Err(_) => return Err(Error::timeout(&self.address, "joining the session")),
            }
        }
        Ok(stream)
    }

    /// Joins the session before anything else is sent.
    async fn join(&self, stream: &mut dyn Stream, token: &Token) -> Result<(), Error> {
        let request = join::Request { token: token.clone() };
        let outbound = Outbound::typed(&request, &Echoes::default());
        let lost = |error| Error::io(&self.address, "joining the session", error);
        stream.write_all(&outbound.frame).await.map_err(lost)?;
        stream.flush().await.map_err(lost)?;
        let mut deframer = Deframer::new(Limits::default(), Strictness::Lenient);
        loop {
            match deframer.poll() {
                Ok(Some(message)) => return reply::decode::<join::Request>(message.frame(), &self.address).map(drop),
                Ok(None) => {}
                Err(refused) => {
                    return Err(Error::protocol(&self.address, format!("nonsense was received: {}", refused.error)));
                }
            }
            match stream.read(deframer.spare()).await.map_err(lost)? {
                0 => return Err(lost(io::ErrorKind::UnexpectedEof.into())),
                count => deframer.advance(count),
            }
        }
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, Error> {
        let connecting = TcpStream::connect(&*self.address);
        let stream = self.step("connecting", self.deadlines.connect, connecting).await?;
        // A frame is written in one go; waiting for more would only delay it.
        stream.set_nodelay(true).map_err(|error| Error::io(&self.address, "connecting", error))?;
        let Some((connector, name)) = &self.tls else { return Ok(Box::new(stream)) };
        let shaking = connector.connect(name.clone(), stream);
        let stream = self.step("TLS handshake", self.deadlines.handshake, shaking).await?;
        let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first).map(|it| it.clone().into_owned());
        *self.certificate.lock().unwrap_or_else(PoisonError::into_inner) = shown;
        Ok(Box::new(stream))
    }

    async fn step<T>(
        &self,
        step: &'static str,
        deadline: Duration,
        work: impl Future<Output = io::Result<T>>,
    ) -> Result<T, Error> {
        match timeout(deadline, work).await {
            Ok(outcome) => outcome.map_err(|error| Error::io(&self.address, step, error)),
            Err(_) => Err(Error::timeout(&self.address, step)),
        }
    }
}
