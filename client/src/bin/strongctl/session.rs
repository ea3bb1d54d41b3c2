//! The session that `strongctl login` began, kept between invocations as a token in a file of its owner's.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use client::{Client, Error, Options};
use protocol::ErrorCode;
use protocol::buffer::Buffer;
use protocol::field::Value as _;
use protocol::field::data::Token;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::note;
use crate::profile::{self, Listener};

/// Where a session is kept; one for each HSM, certificate and name that the user gives it.
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new(options: &Options, name: &str) -> Result<Self, Failure> {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let state = set("XDG_STATE_HOME").or_else(|| set("HOME").map(|home| home.join(".local/state")));
        let state = state.ok_or_else(|| Failure::usage("no home directory to keep the session in; set HOME"))?;
        let mut digest = Sha256::new();
        for part in options.addresses.iter().map(String::as_bytes).chain([name.as_bytes()]) {
            digest.update(part);
            digest.update([0]);
        }
        if let Some((certificate, _)) = options.tls.as_ref().and_then(|tls| tls.identity.as_ref()) {
            digest.update(certificate.as_os_str().as_encoded_bytes());
        }
        let name: String = digest.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self(state.join("strongroom/sessions").join(name)))
    }

    /// The token that is kept there.
    pub(crate) fn read(&self) -> Option<Token> {
        let text = Zeroizing::new(fs::read(&self.0).ok()?);
        Token::parse(text.trim_ascii()).ok()
    }

    pub(crate) fn keep(&self, token: &Token) -> Result<(), Failure> {
        let failed = |error| Failure::usage(format!("keeping the session in {}: {error}", self.0.display()));
        if let Some(folder) = self.0.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        }
        self.forget();
        let text = Buffer::filled(|out| token.write(out));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.0).map_err(failed)?;
        file.write_all(&text).map_err(failed)
    }

    pub(crate) fn forget(&self) {
        // That it is not there is what is wanted.
        let _ = fs::remove_file(&self.0);
    }
}

/// A connection to the tenant, on the session that is kept, and where that is. A session that is over is forgotten.
pub(crate) async fn connect(connection: &Connection) -> Result<(Client, Place), Failure> {
    let options = profile::options(connection, Listener::Commands)?;
    let place = Place::new(&options, &connection.session)?;
    let Some(token) = place.read() else { return Ok((Client::connect(options).await?, place)) };
    match Client::connect(Options { session: Some(token), ..options.clone() }).await {
        Err(Error::Refused { code: Some(ErrorCode::LoginMissing), .. }) => {
            place.forget();
            note("the session is over; you are logged out");
            Ok((Client::connect(options).await?, place))
        }
        connected => Ok((connected?, place)),
    }
}
