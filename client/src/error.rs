//! The ways in which a call fails.

use std::io;
use std::sync::Arc;

use protocol::ErrorCode;

/// Why a call has no answer. Free of values, so that no secret can reach a log through it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The client was asked for what cannot be: an option, a certificate file, something that is not one frame.
    #[error("{text}")]
    Invalid {
        /// What, and why.
        text: String,
    },
    /// The connection could not be made, or was lost before the answer came.
    #[error("{address}: {step}: {source}")]
    Io {
        /// Whom it was with.
        address: Arc<str>,
        /// What was being done.
        step: &'static str,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// The deadline passed. A command that writes may have been done all the same.
    #[error("{address}: {step}: not done in time")]
    Timeout {
        /// Whom it was with.
        address: Arc<str>,
        /// What was being done.
        step: &'static str,
    },
    /// The HSM answered `ERRO`.
    #[error("refused by the HSM: {number}: {text}")]
    Refused {
        /// `AM`; 0 where it was no number.
        number: u32,
        /// The same, where it is a number of ours.
        code: Option<ErrorCode>,
        /// `AN`.
        detail: u32,
        /// `BB`.
        text: String,
    },
    /// What came is not what an HSM answers; the connection was closed.
    #[error("{address}: {text}")]
    Protocol {
        /// Whom it was with.
        address: Arc<str>,
        /// What was wrong.
        text: String,
    },
}

impl Error {
    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::Invalid { text: text.into() }
    }

    pub(crate) fn io(address: &Arc<str>, step: &'static str, source: io::Error) -> Self {
        Self::Io { address: address.clone(), step, source: Arc::new(source) }
    }

    pub(crate) fn timeout(address: &Arc<str>, step: &'static str) -> Self {
        Self::Timeout { address: address.clone(), step }
    }

    pub(crate) fn protocol(address: &Arc<str>, text: impl Into<String>) -> Self {
        Self::Protocol { address: address.clone(), text: text.into() }
    }

    /// Whether the HSM turned the connection away before it looked at the command.
    pub(crate) fn is_turned_away(&self) -> bool {
        matches!(self, Self::Refused { code: Some(ErrorCode::ConnectionLimit), .. })
    }
}
