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
struct Key {
    name: String,
    /// `loaded`, `not loaded`, `pending` or `former`.
    state: &'static str,
    #[serde(rename = "type")]
    key_type: Option<String>,
    check_value: Option<String>,
}

/// Prints keys and ceremonies.
pub(super) async fn run(client: &Client, output: &Output) -> Result<(), Failure> {
    let told = client.call(list::Request {}).await?;
    let keys = parse(&told);
    let mut stands = Vec::new();
    for ceremony in told.ceremonies.iter().flat_map(|it| fields::list(it.as_str())) {
        let id = fields::value("ceremony", ceremony.split('/').next().unwrap_or_default())?;
        match client.call(show::Request { ceremony: Some(id), major_key: None }).await {
            // It has ended since.
            Err(Error::Refused { code: Some(ErrorCode::CeremonyMissing), .. }) => {}
            stand => stands.push(stand?),
        }
    }
    let to_translate = told.to_translate.map_or(0, |it| it.value());
    let value = json!({
        "major_keys": keys,
        "stored_keys_to_translate": to_translate,
        "ceremonies": stands.iter().map(ceremony::json).collect::<Vec<_>>(),
    });
    output.show(&value, || {
        let row = |key: &Key| {
            let facts = [&key.key_type, &key.check_value].map(|it| it.clone().unwrap_or_default());
            [vec![key.name.clone(), key.state.to_owned()], facts.to_vec()].concat()
        };
        let mut text = columns(&keys.iter().map(row).collect::<Vec<_>>());
        if to_translate > 0 {
            text.push_str(&format!("\n{to_translate} stored keys are to be sealed under the pending FTK\n"));
        }
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

/// The check value of the major key of this name and state.
pub(super) async fn check_value(client: &Client, name: &str, state: &str) -> Result<String, Failure> {
    let keys = parse(&client.call(list::Request {}).await?);
    let found = keys.into_iter().find(|key| key.name == name && key.state == state).and_then(|key| key.check_value);
    found.ok_or_else(|| {
        Failure::usage(format!("no {name} is {state}")).next("strongctl majorkey status lists the major keys")
    })
}

fn parse(told: &list::Response) -> Vec<Key> {
    let some = |part: Option<&str>| part.filter(|part| !part.is_empty()).map(str::to_owned);
    let key = |item: String, state: &'static str| {
        let mut parts = item.splitn(3, '/');
        let name = parts.next().unwrap_or_default().to_owned();
        let (key_type, check_value) = (some(parts.next()), some(parts.next()));
        Key { name, state: if check_value.is_some() { state } else { "not loaded" }, key_type, check_value }
    };
    let lists =
        [(Some(&told.major_keys), "loaded"), (told.pending.as_ref(), "pending"), (told.former.as_ref(), "former")];
    let items =
        |list: Option<&protocol::field::text::Text<512>>| list.map(|it| fields::list(it.as_str())).unwrap_or_default();
    lists.into_iter().flat_map(|(list, state)| items(list).into_iter().map(move |item| key(item, state))).collect()
}

fn what(stand: &show::Response) -> &'static str {
    use protocol::field::code::CeremonyMethod;
    match stand.method {
        CeremonyMethod::Components => "components given",
        CeremonyMethod::Fragments => "cards given",
        CeremonyMethod::Generated | CeremonyMethod::Backup => "cards written",
    }
}
