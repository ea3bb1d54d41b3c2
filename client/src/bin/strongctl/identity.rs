//! `strongctl identity`: who may log in.

use std::path::PathBuf;

use protocol::command::identity::{add, change, delete, list};
use protocol::field::code::Yes;
use protocol::field::data::Fingerprint;
use protocol::field::name::{IdentityName, PartitionName};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::{Output, columns};
use crate::secret::Secrets;
use crate::{fields, session};

/// What to do with identities.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// List them
    List,
    /// Add one
    Add(Add),
    /// Change one: its role, its certificate, its password
    Change(Change),
    /// Unlock one that has given a wrong password too often
    Unlock {
        /// Whom
        #[arg(value_name = "IDENTITY")]
        name: String,
    },
    /// Delete one, and end its sessions
    Delete {
        /// Whom
        #[arg(value_name = "IDENTITY")]
        name: String,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// Its name
    #[arg(value_name = "IDENTITY")]
    name: String,
    /// Its role; `strongctl role list` tells which there are
    #[arg(long, value_name = "ROLE")]
    role: String,
    /// File with its first password, instead of typing it
    #[arg(long, value_name = "FILE")]
    password_file: Vec<PathBuf>,
    /// PEM file of a client certificate that it may log in with
    #[arg(long, value_name = "FILE")]
    login_certificate: Option<PathBuf>,
    /// Without a password: it logs in with its certificate only
    #[arg(long, requires = "login_certificate", conflicts_with = "password_file")]
    no_password: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Change {
    /// Whom
    #[arg(value_name = "IDENTITY")]
    name: String,
    /// Its new role
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// PEM file of a client certificate that it may log in with
    #[arg(long, value_name = "FILE")]
    login_certificate: Option<PathBuf>,
    /// Give it a new password, which it has to change
    #[arg(long)]
    reset_password: bool,
    /// File with the new password, instead of typing it
    #[arg(long, value_name = "FILE", requires = "reset_password")]
    password_file: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Listed {
    identity: String,
    role: String,
    state: String,
    failures: String,
    certificate: Option<String>,
}

/// Does what is asked.
pub(crate) async fn run(verb: &Verb, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let (client, _) = session::connect(connection).await?;
    match verb {
        Verb::List => {
            let (mut all, mut after) = (Vec::new(), None);
            loop {
                let told = client.call(list::Request { after, most: None }).await?;
                all.extend(told.entries.iter().flat_map(|it| fields::list(it.as_str())).map(|item| listed(&item)));
                after = told.next;
                if after.is_none() {
                    break;
                }
            }
            output.show(&all, || {
                let mut rows = vec![["identity", "role", "state", "failures"].map(str::to_owned).to_vec()];
                rows.extend(
                    all.iter()
                        .map(|it| vec![it.identity.clone(), it.role.clone(), it.state.clone(), it.failures.clone()]),
                );
                columns(&rows)
            })
        }
        Verb::Add(args) => {
            let identity: IdentityName = fields::value("IDENTITY", &args.name)?;
            let role: PartitionName = fields::value("--role", &args.role)?;
            let certificate = args.login_certificate.as_ref().map(fingerprint).transpose()?;
            let password = if args.no_password {
                None
            } else {
                let typed = Secrets::new(&args.password_file, "--password-file")
                    .next_new(&format!("First password of {identity}, 8 characters at least"))?;
                Some(fields::secret("password", &typed)?)
            };
            client.call(add::Request { identity: identity.clone(), role, password, certificate }).await?;
            output.show(&json!({ "identity": identity.as_str(), "role": args.role }), || {
                format!("{identity} is added, with the role {}\n", args.role)
            })
        }
        Verb::Change(args) => {
            let identity: IdentityName = fields::value("IDENTITY", &args.name)?;
            let role = args.role.as_deref().map(|role| fields::value("--role", role)).transpose()?;
            let certificate = args.login_certificate.as_ref().map(fingerprint).transpose()?;
            let password = if args.reset_password {
                let typed = Secrets::new(&args.password_file, "--password-file")
                    .next_new(&format!("New password of {identity}, 8 characters at least"))?;
                Some(fields::secret("password", &typed)?)
            } else {
                None
            };
            if role.is_none() && certificate.is_none() && password.is_none() {
                return Err(Failure::usage("nothing to change").next("--role, --login-certificate, --reset-password"));
            }
            let request = change::Request { identity: identity.clone(), role, password, certificate, unlock: None };
            client.call(request).await?;
            output.show(&json!({ "identity": identity.as_str() }), || format!("{identity} is changed\n"))
        }
        Verb::Unlock { name } => {
            let identity: IdentityName = fields::value("IDENTITY", name)?;
            let (role, password, certificate, unlock) = (None, None, None, Some(Yes::Yes));
            client.call(change::Request { identity, role, password, certificate, unlock }).await?;
            output.show(&json!({ "identity": name, "unlocked": true }), || format!("{name} is unlocked\n"))
        }
        Verb::Delete { name } => {
            client.call(delete::Request { identity: fields::value("IDENTITY", name)? }).await?;
            output.show(&json!({ "identity": name, "deleted": true }), || format!("{name} is deleted\n"))
        }
    }
}

fn listed(item: &str) -> Listed {
    let mut parts = item.splitn(5, '/').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    let (identity, role, state, failures) = (next(), next(), next(), next());
    Listed { identity, role, state, failures, certificate: Some(next()).filter(|it| !it.is_empty()) }
}

/// SHA-256 of the first certificate of a PEM file.
fn fingerprint(path: &PathBuf) -> Result<Fingerprint, Failure> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;
    let der = CertificateDer::from_pem_file(path)
        .map_err(|error| Failure::usage(format!("{}: {error}; a PEM certificate is needed", path.display())))?;
    Ok(Fingerprint::new(&Sha256::digest(&der).into()))
}
