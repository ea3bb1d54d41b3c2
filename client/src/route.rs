//! Bare connections, for tools that pace and match frames themselves.

use crate::dial::{self, Dialer, Stream};
use crate::error::Error;
use crate::options::Options;

/// The way to one address. Its connections share what TLS needs, so that their sessions are resumed.
pub struct Route(Dialer);

impl Route {
    /// The ways to all addresses of the options, in their order.
    ///
    /// # Errors
    /// [`Error::Invalid`] for options that cannot work.
    pub fn all(options: &Options) -> Result<Vec<Self>, Error> {
        Ok(dial::dialers(options)?.into_iter().map(Self).collect())
    }

    /// Its `host:port`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// Makes a connection: the handshake is done, and the session of the options is joined.
    ///
    /// # Errors
    /// What the connection met with.
    pub async fn connect(&self) -> Result<Box<dyn Stream>, Error> {
        self.0.dial().await
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Route({})", self.0.address)
    }
}
