//! A client of the Strongroom wire.
//!
//! ```no_run
//! # async fn example() -> Result<(), client::Error> {
//! use client::{Client, Options};
//! use protocol::command::link::echo;
//!
//! let client = Client::connect(Options::clear("127.0.0.1:9000")).await?;
//! let answer = client.call(echo::Request { text: None }).await?;
//! let frame = client.raw("[AOECHO;AGhello;]").await?;
//! # let _ = (answer, frame);
//! # Ok(())
//! # }
//! ```
//!
//! Many calls may be in flight at once: replies are matched by their order and by `AG`. A call fails in one of five
//! ways, see [`Error`]; only a command that reads is asked again after its connection was lost.
#![forbid(unsafe_code)]

mod attestation;
mod call;
pub mod card;
mod connection;
mod dial;
mod endpoint;
pub mod envelope;
mod error;
mod options;
mod pool;
mod random;
mod reply;
mod request;
mod route;
mod tls;
mod wiped;

use std::time::Duration;

use protocol::command::Call;
use zeroize::Zeroizing;

pub use dial::Stream;
pub use error::Error;
pub use options::{Deadlines, Options, Tls};
pub use reply::{refusal, refused};
pub use route::Route;

use pool::Pool;

/// A pool of connections to one HSM, or to the nodes of a cluster. Cheap to share behind an `Arc`; when it is dropped,
/// the connections close.
#[derive(Debug)]
pub struct Client {
    pool: Pool,
}

impl Client {
    /// Connects to the first address that answers; the others are connected to when they are needed.
    ///
    /// # Errors
    /// [`Error::Invalid`] for options that cannot work, or what the last address that was tried met with.
    pub async fn connect(options: Options) -> Result<Self, Error> {
        let pool = Pool::start(&options)?;
        pool.probe().await?;
        Ok(Self { pool })
    }

    /// Asks a command and returns what it answers.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn call<C: Call>(&self, request: C) -> Result<C::Response, Error> {
        call::typed(&self.pool, request, self.pool.deadline()).await
    }

    /// As [`Self::call`], with a deadline of its own.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn call_within<C: Call>(&self, request: C, deadline: Duration) -> Result<C::Response, Error> {
        call::typed(&self.pool, request, deadline).await
    }

    /// Makes sure that an HSM this client is connected to has signed `message`, with the key of the certificate that it
    /// showed in the handshake; `scheme` is TLS's number of the signature scheme.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a signature that is not the HSM's, and for clear text, which shows no certificate.
    pub fn verify(&self, message: &[u8], scheme: u16, signature: &[u8]) -> Result<(), Error> {
        match self.pool.signed(scheme, message, signature) {
            Some(true) => Ok(()),
            Some(false) => Err(Error::invalid("the signature is not that of the HSM's certificate")),
            None => Err(Error::invalid("the HSM has shown no certificate: this needs TLS")),
        }
    }

    /// Sends one frame as it is written and returns the reply frame as it was received, `ERRO` included
    /// (see [`refusal`]).
    ///
    /// A well-formed frame without `AG` travels with one of the client's, which is taken out of the reply.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Refused`] only where the HSM turned the connection away.
    pub async fn raw(&self, frame: &str) -> Result<Zeroizing<String>, Error> {
        call::raw(&self.pool, frame.as_bytes(), self.pool.deadline()).await
    }
}
