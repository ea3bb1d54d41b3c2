//! Loading from components.

use client::Client;
use client::envelope::seal;
use protocol::command::major_key::{begin, component};
use protocol::envelope::Content;
use protocol::field::code::CeremonyMethod;
use protocol::field::number::Number;
use zeroize::Zeroizing;

use super::ceremony::{self, Ceremony};
use super::{Load, confirm};
use crate::failure::Failure;
use crate::output::Output;
use crate::secret::Secrets;
use crate::{fields, login};

/// Begins a ceremony or finds the one under way, and gives a component for each identity on the session that has not given
/// one.
pub(super) async fn run(client: &Client, args: &Load, output: &Output) -> Result<(), Failure> {
    let major_key = args.which.selector();
    let name = fields::major_key(major_key);
    if ceremony::find(client, major_key).await?.is_none() {
        let components = args.components.and_then(Number::new).ok_or_else(|| {
            Failure::usage(format!("no ceremony for the {name} is under way")).next("--components N begins one")
        })?;
        let request = begin::Request {
            major_key,
            method: CeremonyMethod::Components,
            key_type: args.key_type,
            components: Some(components),
            required: None,
            total: None,
            pending: args.standing.pending(),
        };
        ceremony::begin(client, request).await?;
    }
    let (ceremony, stand) = ceremony::under_way(client, major_key).await?;
    if stand.method != CeremonyMethod::Components {
        return Err(Failure::usage(format!("a ceremony for the {name} is under way that is not one of components")));
    }
    let total = stand.total.map_or(0, |total| total.value());
    if args.components.is_some_and(|asked| asked != total) {
        return Err(Failure::usage(format!("the ceremony under way for the {name} has {total} components"))
            .next("leave out --components, or abort the ceremony first"));
    }
    let before = ceremony::custodians(&stand);
    let fresh = login::shown(client).await?.identities.into_iter().filter(|identity| !before.contains(identity));
    let left = usize::try_from(total - stand.done.value().min(total)).unwrap_or(0);
    let mut givers: Vec<String> = fresh.take(left).collect();
    if !args.component_file.is_empty() {
        givers.truncate(args.component_file.len());
    }
    if givers.is_empty() && left > 0 {
        output.note("everybody on this session has given a component; another identity gives the next");
    }
    let mut secrets = Secrets::new(&args.component_file, "--component-file");
    let mut expected = args.component_check_value.iter();
    for giver in givers {
        let what = format!("Component of {giver}");
        let typed = secrets.next(&format!("{what}, in hexadecimal"))?;
        give(client, &ceremony, &what, &typed, (expected.next(), args.confirmation.accepts_all()), output).await?;
    }
    let (ceremony, stand) = ceremony::under_way(client, major_key).await?;
    confirm::run(client, &ceremony, &stand, &args.confirmation, output).await
}

async fn give(
    client: &Client,
    ceremony: &Ceremony,
    what: &str,
    typed: &str,
    (expected, accepts_all): (Option<&String>, bool),
    output: &Output,
) -> Result<(), Failure> {
    let clear = bytes(typed).ok_or_else(|| Failure::usage(format!("{what}: not whole bytes in hexadecimal")))?;
    let sealed = || seal(&ceremony.public_key, ceremony.id, Content::Component, &clear);
    let request = component::Request { ceremony: ceremony.id, component: sealed()?, check_value: None };
    let told = client.call(request).await?.check_value;
    confirm::accept(expected.map(String::as_str), accepts_all, &told.to_string(), what)?;
    let request = component::Request { ceremony: ceremony.id, component: sealed()?, check_value: Some(told) };
    let given = client.call(request).await?;
    output.note(&format!("{what} is taken in, check value {told}: {} of {}", given.given.value(), given.total.value()));
    Ok(())
}

/// Bytes from digits, which may be grouped by spaces or hyphens as on paper.
fn bytes(typed: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(typed.len()));
    digits.extend(typed.bytes().filter(|byte| !b" -".contains(byte)));
    let mut bytes = Zeroizing::new(vec![0; digits.len() / 2]);
    let is_hex = digits.len().is_multiple_of(2) && protocol::hex::decode(&digits, &mut bytes);
    is_hex.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_read_as_they_stand_on_paper() {
        let read = |typed| bytes(typed).map(|bytes| bytes.to_vec());
        assert_eq!(read("0123 45-6789abCD"), Some(vec![1, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD]));
        assert_eq!(read("012"), None);
        assert_eq!(read("01 2x"), None);
    }
}
