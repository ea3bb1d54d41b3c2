//! Which major keys are loaded.

use client::{Client, Error};
use protocol::ErrorCode;
use protocol::command::major_key::{list, show};
use serde::Serialize;
use serde_json::json;

use super::ceremony;
use crate::failure::Failure;
use crate::fields;
use crate::output::{Output, columns};

/// A major key, loaded or not.
#[derive(Serialize)]
pub(super) struct Key {
    pub(super) name: String,
    #[serde(rename = "type")]
    key_type: Option<String>,
    pub(super) check_value: Option<String>,
}

/// Prints keys and ceremonies.
pub(super) async fn run(client: &Client, output: &Output) -> Result<(), Failure> {
    let told = client.call(list::Request {}).await?;
    let keys = parse(told.major_keys.as_str());
    let mut stands = Vec::new();
    for ceremony in told.ceremonies.iter().flat_map(|it| fields::list(it.as_str())) {
        let id = fields::value("ceremony", ceremony.split('/').next().unwrap_or_default())?;
        match client.call(show::Request { ceremony: Some(id), major_key: None }).await {
            // It has ended since.
            Err(Error::Refused { code: Some(ErrorCode::CeremonyMissing), .. }) => {}
            stand => stands.push(stand?),
        }
    }
    let value = json!({ "major_keys": keys, "ceremonies": stands.iter().map(ceremony::json).collect::<Vec<_>>() });
    output.show(&value, || {
        let absent = || "not loaded".to_owned();
        let row = |key: &Key| {
            let key_type = key.key_type.clone().unwrap_or_else(absent);
            vec![key.name.clone(), key_type, key.check_value.clone().unwrap_or_default()]
        };
        let mut text = columns(&keys.iter().map(row).collect::<Vec<_>>());
        for stand in &stands {
            let total = stand.total.map_or_else(|| "?".to_owned(), |total| total.value().to_string());
            let by = ceremony::custodians(stand).join(", ");
            text.push_str(&format!(
                "\nceremony for the {}: {} of {total} {}{}, ends in {} min\n",
                fields::major_key(stand.major_key),
                stand.done.value(),
                what(stand),
                if by.is_empty() { String::new() } else { format!(", by {by}") },
                stand.seconds.value() / 60,
            ));
        }
        text
    })
}

/// Every major key.
pub(super) async fn keys(client: &Client) -> Result<Vec<Key>, Failure> {
    Ok(parse(client.call(list::Request {}).await?.major_keys.as_str()))
}

fn parse(text: &str) -> Vec<Key> {
    let some = |part: Option<&str>| part.filter(|part| !part.is_empty()).map(str::to_owned);
    let key = |item: String| {
        let mut parts = item.splitn(3, '/');
        let name = parts.next().unwrap_or_default().to_owned();
        Key { name, key_type: some(parts.next()), check_value: some(parts.next()) }
    };
    fields::list(text).into_iter().map(key).collect()
}

fn what(stand: &show::Response) -> &'static str {
    use protocol::field::code::CeremonyMethod;
    match stand.method {
        CeremonyMethod::Components => "components given",
        CeremonyMethod::Fragments => "cards given",
        CeremonyMethod::Generated | CeremonyMethod::Backup => "cards written",
    }
}
