//! `strongctl login`, `logout`, `whoami` and `password`.

use std::path::PathBuf;

use client::Client;
use protocol::command::identity::password;
use protocol::command::login::{begin, end, show, token};
use protocol::field::name::{IdentityName, Password};
use serde_json::json;

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::{Output, columns};
use crate::secret::Secrets;
use crate::{fields, session};

/// What `login` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Login {
    /// Who logs in, one or two identities; nobody for the identity that the client's certificate is mapped to
    #[arg(value_name = "IDENTITY")]
    identities: Vec<String>,
    /// File with the password, instead of typing it; once for each identity
    #[arg(long, value_name = "FILE")]
    password_file: Vec<PathBuf>,
}

/// What `password` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Change {
    /// Whose; it must be logged in
    #[arg(value_name = "IDENTITY")]
    identity: String,
    /// File with the password as it is
    #[arg(long, value_name = "FILE")]
    password_file: Vec<PathBuf>,
    /// File with the new password
    #[arg(long, value_name = "FILE")]
    new_password_file: Vec<PathBuf>,
}

/// Logs in on the session that is kept, or on a new one.
pub(crate) async fn login(args: &Login, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let names: Vec<IdentityName> =
        args.identities.iter().map(|name| fields::value("IDENTITY", name)).collect::<Result<_, _>>()?;
    let (client, place) = session::connect(connection).await?;
    let mut secrets = Secrets::new(&args.password_file, "--password-file");
    let mut last = None;
    if names.is_empty() {
        last = Some(client.call(begin::Request { identity: None, password: None }).await?);
        place.keep(&client.call(token::Request {}).await?.token)?;
    }
    for name in names {
        let typed = secrets.next(&format!("Password of {name}"))?;
        let password: Password = fields::secret("password", &typed)?;
        let request = begin::Request { identity: Some(name), password: Some(password) };
        let told = client.call(request).await?;
        // Kept at once: should the next one fail, this one is logged in all the same.
        place.keep(&client.call(token::Request {}).await?.token)?;
        if told.default_password.is_some() {
            output.note(&format!("{0} has to change the password: strongctl password {0}", told.identity));
        }
        last = Some(told);
    }
    let Some(told) = last else { return Ok(()) };
    let (logins, required) = (told.logins.value(), told.required.value());
    let who = shown(&client).await?.identities;
    let value = json!({
        "identities": who,
        "role": told.role.as_str(),
        "logins": logins,
        "required": required,
        "complete": logins >= required,
    });
    output.show(&value, || {
        if logins < required {
            format!("{logins} of {required} logged in; {} asks for one more: strongctl login IDENTITY\n", told.role)
        } else {
            format!("logged in with the role {}: {}\n", told.role, who.join(", "))
        }
    })
}

/// Ends the session, here and on the HSM.
pub(crate) async fn logout(connection: &Connection, output: &Output) -> Result<(), Failure> {
    let (client, place) = session::connect(connection).await?;
    let ended = client.call(end::Request {}).await;
    place.forget();
    ended?;
    output.show(&json!({ "logged_out": true }), || "logged out\n".to_owned())
}

/// Tells who is logged in and what the session may do.
pub(crate) async fn whoami(connection: &Connection, output: &Output) -> Result<(), Failure> {
    let (client, _) = session::connect(connection).await?;
    let told = shown(&client).await?;
    let value = json!({
        "identities": told.identities,
        "role": told.answer.role.as_str(),
        "logins": told.answer.logins.value(),
        "required": told.answer.required.value(),
        "permissions": told.answer.permissions.iter().map(|it| it.name()).collect::<Vec<_>>(),
        "slots": told.answer.slots.to_string(),
        "commands": told.answer.commands.to_string(),
        "seconds_left": told.answer.seconds.map(|it| it.value()),
    });
    output.show(&value, || {
        let who = if told.identities.is_empty() { "nobody".to_owned() } else { told.identities.join(", ") };
        let logins = format!("{} of {}", told.answer.logins.value(), told.answer.required.value());
        let mut rows = vec![
            ["logged in", &who].map(str::to_owned).to_vec(),
            ["role", told.answer.role.as_str()].map(str::to_owned).to_vec(),
            ["logins", &logins].map(str::to_owned).to_vec(),
            ["slots", &told.answer.slots.to_string()].map(str::to_owned).to_vec(),
            ["commands", &told.answer.commands.to_string()].map(str::to_owned).to_vec(),
        ];
        if let Some(seconds) = told.answer.seconds {
            rows.push(vec!["ends in".to_owned(), format!("{} s without a command", seconds.value())]);
        }
        let permissions = told.answer.permissions.iter();
        let names = permissions.map(|it| vec!["may".to_owned(), it.name().to_owned()]);
        rows.extend(names);
        columns(&rows)
    })
}

/// What ZLWH tells, its list of names taken apart.
pub(crate) struct Shown {
    pub(crate) identities: Vec<String>,
    pub(crate) answer: show::Response,
}

pub(crate) async fn shown(client: &Client) -> Result<Shown, Failure> {
    let answer = client.call(show::Request {}).await?;
    let identities = answer.identities.as_ref().map(|it| fields::list(it.as_str())).unwrap_or_default();
    Ok(Shown { identities, answer })
}

/// Changes a password.
pub(crate) async fn password(args: &Change, connection: &Connection, output: &Output) -> Result<(), Failure> {
    let identity: IdentityName = fields::value("IDENTITY", &args.identity)?;
    let (client, _) = session::connect(connection).await?;
    let old = Secrets::new(&args.password_file, "--password-file").next(&format!("Password of {identity}"))?;
    let new = Secrets::new(&args.new_password_file, "--new-password-file")
        .next_new(&format!("New password of {identity}, 8 characters at least"))?;
    let request = password::Request {
        identity: identity.clone(),
        password: fields::secret("password", &old)?,
        new_password: fields::secret("new password", &new)?,
    };
    client.call(request).await?;
    output.show(&json!({ "identity": identity.as_str() }), || format!("the password of {identity} is changed\n"))
}
