//! `strongctl role`: what those who log in may do (the vendor's application partitions).

use protocol::command::role::{add, change, delete, list, read};
use protocol::field::name::PartitionName;
use protocol::field::number::Number;
use protocol::permission::{Permission, Permissions};
use serde_json::{Value, json};

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::{Output, columns};
use crate::{fields, session};

/// What to do with roles.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// List them
    List,
    /// Show what one grants
    Show {
        /// Which
        #[arg(value_name = "ROLE")]
        name: String,
    },
    /// List the permissions that a role can grant
    Permissions,
    /// Add one
    Add(Settings),
    /// Change one; what is not given stays as it is
    Change(Settings),
    /// Delete one that nobody has
    Delete {
        /// Which
        #[arg(value_name = "ROLE")]
        name: String,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Settings {
    /// Which
    #[arg(value_name = "ROLE")]
    name: String,
    /// A permission that it grants, such as "Major Keys:Load"; may be given several times; * for all, '' for none
    #[arg(long, value_name = "NAME")]
    permission: Vec<String>,
    /// Slots of the key table that it reaches, such as "(0,999)"
    #[arg(long, value_name = "RANGES")]
    slots: Option<String>,
    /// Commands that it may call, comma separated, or * for all
    #[arg(long, value_name = "NAMES")]
    commands: Option<String>,
    /// Identities that must be logged in: 1, or 2 for dual control
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=2))]
    logins: Option<u32>,
}

/// Does what is asked.
pub(crate) async fn run(verb: &Verb, connection: &Connection, output: &Output) -> Result<(), Failure> {
    if matches!(verb, Verb::Permissions) {
        let all = || Permission::ALL.iter();
        let value: Vec<Value> =
            all().map(|it| json!({ "permission": it.name(), "allows": it.meaning().trim() })).collect();
        return output.show(&value, || {
            columns(&all().map(|it| vec![it.name().to_owned(), it.meaning().trim().to_owned()]).collect::<Vec<_>>())
        });
    }
    let (client, _) = session::connect(connection).await?;
    match verb {
        Verb::List => {
            let roles = fields::list(client.call(list::Request {}).await?.roles.as_str());
            output.show(&roles, || roles.iter().map(|role| format!("{role}\n")).collect())
        }
        Verb::Show { name } => {
            let told = client.call(read::Request { role: role(name)? }).await?;
            let (slots, commands) = (told.slots.to_string(), told.commands.to_string());
            show(output, name, told.permissions, (&slots, &commands), told.required.value())
        }
        Verb::Permissions => Ok(()),
        Verb::Add(args) => {
            let request = add::Request {
                role: role(&args.name)?,
                permissions: args.permissions()?,
                slots: args.slots.as_deref().map(|it| fields::value("--slots", it)).transpose()?,
                commands: args.commands.as_deref().map(|it| fields::value("--commands", it)).transpose()?,
                required: args.logins.and_then(Number::new),
            };
            client.call(request).await?;
            output.show(&json!({ "role": args.name }), || format!("the role {} is added\n", args.name))
        }
        Verb::Change(args) => {
            let request = change::Request {
                role: role(&args.name)?,
                permissions: args.permissions()?,
                slots: args.slots.as_deref().map(|it| fields::value("--slots", it)).transpose()?,
                commands: args.commands.as_deref().map(|it| fields::value("--commands", it)).transpose()?,
                required: args.logins.and_then(Number::new),
            };
            let told = client.call(request).await?;
            let (slots, commands) = (told.slots.to_string(), told.commands.to_string());
            show(output, &args.name, told.permissions, (&slots, &commands), told.required.value())
        }
        Verb::Delete { name } => {
            client.call(delete::Request { role: role(name)? }).await?;
            output.show(&json!({ "role": name, "deleted": true }), || format!("the role {name} is deleted\n"))
        }
    }
}

impl Settings {
    fn permissions(&self) -> Result<Option<Permissions>, Failure> {
        let hint = |failure: Failure| failure.next("strongctl role permissions lists them");
        if self.permission.is_empty() {
            return Ok(None);
        }
        fields::value("--permission", &self.permission.join(",")).map(Some).map_err(hint)
    }
}

fn role(name: &str) -> Result<PartitionName, Failure> {
    fields::value("ROLE", name)
}

fn show(
    output: &Output,
    name: &str,
    permissions: Permissions,
    (slots, commands): (&str, &str),
    logins: u32,
) -> Result<(), Failure> {
    let names: Vec<&str> = permissions.iter().map(Permission::name).collect();
    let value = json!({ "role": name, "permissions": names, "slots": slots, "commands": commands, "logins": logins });
    output.show(&value, || {
        let facts = [("role", name), ("slots", slots), ("commands", commands), ("logins", &logins.to_string())];
        let mut rows: Vec<Vec<String>> = facts.into_iter().map(|(a, b)| vec![a.to_owned(), b.to_owned()]).collect();
        rows.extend(names.iter().map(|name| vec!["may".to_owned(), (*name).to_owned()]));
        columns(&rows)
    })
}
