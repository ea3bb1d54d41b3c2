//! Making a connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::error::Error;
use crate::options::Deadlines;

/// A TCP or TLS stream.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// How to reach one address.
pub(crate) struct Dialer {
    pub(crate) address: Arc<str>,
    pub(crate) tls: Option<(TlsConnector, ServerName<'static>)>,
    pub(crate) deadlines: Deadlines,
}

impl Dialer {
    pub(crate) async fn dial(&self) -> Result<Box<dyn Stream>, Error> {
        let connecting = TcpStream::connect(&*self.address);
        let stream = self.step("connecting", self.deadlines.connect, connecting).await?;
        // A frame is written in one go; waiting for more would only delay it.
        stream.set_nodelay(true).map_err(|error| Error::io(&self.address, "connecting", error))?;
        let Some((connector, name)) = &self.tls else { return Ok(Box::new(stream)) };
        let shaking = connector.connect(name.clone(), stream);
        let stream = self.step("TLS handshake", self.deadlines.handshake, shaking).await?;
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
