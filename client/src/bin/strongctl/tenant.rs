//! `strongctl tenant`: virtual HSMs, over administration.

mod certificate;

use std::path::{Path, PathBuf};

use client::Client;
use protocol::command::admin::{change_tenant, create_tenant, delete_tenant, status, suspend_tenant, tenant, unlock};
use protocol::field::code::{TenantForms, TenantOrigin, Verdict, Yes};
use protocol::field::data::{Certificates, Fingerprint};
use protocol::field::number::Number;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::{Output, columns};
use crate::profile::{self, Listener};
use crate::secret::Secrets;
use crate::{fields, secret};

/// What to do with tenants.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// List them
    List,
    /// Create one, ready for clients
    Create(Create),
    /// Change the limits of one
    Limit(Limit),
    /// Refuse its clients, until `resume`; it loses nothing
    Suspend(Name),
    /// Let its clients work again
    Resume(Name),
    /// Erase one with all its keys
    Delete(Delete),
    /// Make a certificate for a further client of one
    Client(AddClient),
    /// Unlock an identity of one
    Unlock(Unlock),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Name {
    /// The tenant
    #[arg(value_name = "TENANT")]
    name: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Limits {
    /// Slots of its key table
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    slots: Option<u32>,
    /// Forms of key that it accepts: TR31, CRYPTOGRAM, or both with a comma
    #[arg(long, value_name = "FORMS")]
    forms: Option<String>,
    /// Digits of a working key's check value, 4 or 6
    #[arg(long, value_name = "DIGITS", value_parser = clap::value_parser!(u32).range(4..=6))]
    check_digits: Option<u32>,
    /// Whether a client may have the tenant trust a root certificate; otherwise two identities must be logged in
    #[arg(long, value_enum, value_name = "YES|NO")]
    client_roots: Option<Switch>,
    /// Whether certificates and requests may be signed with SHA-1
    #[arg(long, value_enum, value_name = "YES|NO")]
    sha1_signatures: Option<Switch>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Switch {
    /// It may
    Yes,
    /// It may not
    No,
}

impl From<Switch> for Verdict {
    fn from(switch: Switch) -> Self {
        match switch {
            Switch::Yes => Self::Yes,
            Switch::No => Self::No,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    #[command(flatten)]
    name: Name,
    #[command(flatten)]
    limits: Limits,
    /// Generate a PMK, FTK, BEK and MFK at once, instead of leaving them to a key ceremony
    #[arg(long)]
    random_keys: bool,
    /// Make a client CA for the tenant, and with it a certificate for a client of this name
    #[arg(long, value_name = "NAME")]
    client: Option<String>,
    #[command(flatten)]
    issuing: Issuing,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Limit {
    #[command(flatten)]
    name: Name,
    #[command(flatten)]
    limits: Limits,
    /// Certificate of its own client CA from now on, or several in one file; `none` for the HSM's CA
    #[arg(long, value_name = "FILE")]
    client_ca: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    name: Name,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AddClient {
    #[command(flatten)]
    name: Name,
    /// The client's name
    #[arg(value_name = "CLIENT")]
    client: String,
    #[command(flatten)]
    issuing: Issuing,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Issuing {
    /// Certificate of the tenant's own client CA [default: TENANT-ca.pem in --out]
    #[arg(long, value_name = "FILE")]
    client_ca: Option<PathBuf>,
    /// Key of the CA that signs client certificates [default: the CA's file, ending in .key]
    #[arg(long, value_name = "FILE")]
    ca_key: Option<PathBuf>,
    /// Where the client's certificate, key and profile go
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Unlock {
    #[command(flatten)]
    name: Name,
    /// Whom
    #[arg(value_name = "IDENTITY")]
    identity: String,
    /// Give it a new password too, which it has to change
    #[arg(long)]
    reset_password: bool,
    /// File with the new password, instead of typing it
    #[arg(long, value_name = "FILE", requires = "reset_password")]
    password_file: Vec<PathBuf>,
}

/// Does what is asked.
pub(crate) async fn run(verb: &Verb, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let client = Client::connect(profile::options(connection, Listener::Administration)?).await?;
    match verb {
        Verb::List => list(&client, output).await,
        Verb::Create(args) => create(&client, args, connection, output).await,
        Verb::Limit(args) => {
            let limits = &args.limits;
            let request = change_tenant::Request {
                tenant: fields::value("TENANT", &args.name.name)?,
                slots: limits.slots.and_then(Number::new),
                forms: limits.forms()?,
                check_digits: limits.check_digits.and_then(Number::new),
                client_ca: match args.client_ca.as_deref() {
                    None => None,
                    Some(none) if none == Path::new("none") => Some(Certificates::new(&[])),
                    Some(file) => Some(Certificates::new(&certificate::read_all(file)?)),
                },
                client_roots: limits.client_roots.map(Verdict::from),
                sha1_signatures: limits.sha1_signatures.map(Verdict::from),
            };
            client.call(request).await?;
            let name = &args.name.name;
            output.show(&json!({ "tenant": name, "changed": true }), || format!("tenant {name} is changed\n"))
        }
        Verb::Suspend(Name { name }) => suspend(&client, name, Verdict::Yes, output).await,
        Verb::Resume(Name { name }) => suspend(&client, name, Verdict::No, output).await,
        Verb::Delete(args) => delete(&client, args, output).await,
        Verb::Client(args) => add_client(&client, args, connection, output).await,
        Verb::Unlock(args) => {
            let password = if args.reset_password {
                let typed = Secrets::new(&args.password_file, "--password-file")
                    .next_new(&format!("New password of {}, 8 characters at least", args.identity))?;
                Some(fields::secret("password", &typed)?)
            } else {
                None
            };
            let request = unlock::Request {
                tenant: fields::value("TENANT", &args.name.name)?,
                identity: fields::value("IDENTITY", &args.identity)?,
                password,
            };
            client.call(request).await?;
            let (tenant, identity) = (&args.name.name, &args.identity);
            output.show(&json!({ "tenant": tenant, "identity": identity, "unlocked": true }), || {
                format!("{identity} of {tenant} is unlocked\n")
            })
        }
    }
}

impl Limits {
    fn forms(&self) -> Result<Option<TenantForms>, Failure> {
        self.forms.as_deref().map(|forms| fields::value("--forms", forms)).transpose()
    }
}

async fn list(client: &Client, output: &Output) -> Result<(), Failure> {
    let names = fields::list(client.call(status::Request {}).await?.tenants.as_str());
    let mut rows = vec![["tenant", "state", "from", "clients", "keys", "major keys"].map(str::to_owned).to_vec()];
    let mut values = Vec::new();
    for name in names {
        let told = client.call(tenant::Request { tenant: fields::value("TENANT", &name)? }).await?;
        let state = if told.suspended.is_some() { "suspended" } else { "active" };
        let from = match told.origin {
            TenantOrigin::Configured => "configuration",
            TenantOrigin::Created => "administration",
        };
        let keys = format!("{} of {}", told.keys.value(), told.slots.value());
        let loaded = told.major_keys.as_ref().map(|it| fields::list(it.as_str())).unwrap_or_default();
        let kinds: Vec<&str> = loaded.iter().filter_map(|it| it.split('/').next()).collect();
        values.push(json!({
            "tenant": name, "state": state, "from": from,
            "client_ca": told.client_ca.as_ref().map(|ca| fields::hex(ca.bytes())),
            "keys": told.keys.value(), "slots": told.slots.value(), "major_keys": kinds,
            "client_roots": told.client_roots == Verdict::Yes, "sha1_signatures": told.sha1_signatures == Verdict::Yes,
        }));
        let clients = if told.client_ca.is_some() { "own CA" } else { "by name" };
        rows.push(vec![name, state.to_owned(), from.to_owned(), clients.to_owned(), keys, kinds.join(", ")]);
    }
    output.show(&values, || columns(&rows))
}

async fn create(client: &Client, args: &Create, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let (name, limits) = (&args.name.name, &args.limits);
    // What cannot be made or signed is found before anything is created.
    let issuing = &args.issuing;
    let (authority, own) = match (&args.client, &issuing.client_ca) {
        (None, None) => (None, None),
        (None, Some(path)) => (None, Some(certificate::read_all(path)?)),
        (Some(_), Some(path)) => {
            (Some(certificate::Authority::of(name, issuing, connection)?), Some(certificate::read_all(path)?))
        }
        (Some(_), None) => {
            let made = certificate::Authority::make(name, &issuing.out)?;
            let der = made.der().to_vec();
            (Some(made), Some(der))
        }
    };
    let request = create_tenant::Request {
        tenant: fields::value("TENANT", name)?,
        slots: limits.slots.and_then(Number::new),
        forms: limits.forms()?,
        check_digits: limits.check_digits.and_then(Number::new),
        random_keys: args.random_keys.then_some(Yes::Yes),
        client_ca: own.as_deref().map(Certificates::new),
        client_roots: limits.client_roots.map(Verdict::from),
        sha1_signatures: limits.sha1_signatures.map(Verdict::from),
    };
    let told = match client.call(request).await {
        Ok(told) => told,
        Err(error) => {
            // A CA that nobody knows would only be in the way of the next one.
            if let Some(made) = authority.filter(|_| issuing.client_ca.is_none()) {
                made.remove();
            }
            return Err(error.into());
        }
    };
    let keys = told.major_keys.as_ref().map(|it| fields::list(it.as_str())).unwrap_or_default();
    let made = match (&args.client, authority) {
        (Some(client), Some(authority)) => Some(authority.client(name, client, &issuing.out, connection)?),
        (_, _) => None,
    };
    let value = json!({ "tenant": name, "major_keys": keys, "client": made });
    output.show(&value, || {
        let mut text = format!("tenant {name} is created\n");
        let row = |key: &String| key.splitn(3, '/').map(str::to_owned).collect::<Vec<_>>();
        text.push_str(&columns(&keys.iter().map(|key| [vec![String::new()], row(key)].concat()).collect::<Vec<_>>()));
        if keys.is_empty() {
            text.push_str("It has no major keys yet; docs/ceremony.md shows how to load them.\n");
        }
        made.as_ref().map_or_else(String::new, render_client).chars().for_each(|it| text.push(it));
        text
    })
}

async fn add_client(
    client: &Client,
    args: &AddClient,
    connection: &Connection,
    output: &Output,
) -> Result<(), Failure> {
    let name = &args.name.name;
    let told = client.call(tenant::Request { tenant: fields::value("TENANT", name)? }).await?;
    let authority = certificate::Authority::of(name, &args.issuing, connection)?;
    let is_its = |own: Fingerprint| *own.bytes() == *Sha256::digest(authority.der());
    if !told.client_ca.is_none_or(is_its) {
        let path = authority.path().display();
        return Err(Failure::usage(format!("tenant {name} has a client CA of its own, and {path} is another"))
            .next("--client-ca names its certificate"));
    }
    let made = authority.client(name, &args.client, &args.issuing.out, connection)?;
    output.show(&made, || render_client(&made))
}

fn render_client(made: &Value) -> String {
    let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
    let facts = ["addresses", "ca", "certificate", "key", "profile"];
    let rows = facts.map(|name| vec![format!("  {name}"), text(name)]);
    format!("its client {}:\n{}", text("client"), columns(&rows))
}

async fn suspend(client: &Client, name: &str, suspend: Verdict, output: &Output) -> Result<(), Failure> {
    client.call(suspend_tenant::Request { tenant: fields::value("TENANT", name)?, suspend }).await?;
    let is_suspended = suspend == Verdict::Yes;
    output.show(&json!({ "tenant": name, "suspended": is_suspended }), || {
        format!("tenant {name} is {}\n", if is_suspended { "suspended" } else { "active" })
    })
}

async fn delete(client: &Client, args: &Delete, output: &Output) -> Result<(), Failure> {
    let name = &args.name.name;
    let confirmation = if args.yes {
        name.clone()
    } else if secret::is_attended() {
        secret::ask(&format!("This erases {name} with all its keys. Its name again:"))?
    } else {
        return Err(Failure::usage("this erases the tenant with all its keys").next("--yes makes sure"));
    };
    let request = delete_tenant::Request {
        tenant: fields::value("TENANT", name)?,
        confirmation: fields::value("confirmation", &confirmation)?,
    };
    let keys = client.call(request).await?.keys.value();
    output.show(&json!({ "tenant": name, "deleted": true, "keys": keys }), || {
        format!("tenant {name} is erased, {keys} stored keys with it\n")
    })
}

/// Makes a path whole, so that a profile can be moved.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}
