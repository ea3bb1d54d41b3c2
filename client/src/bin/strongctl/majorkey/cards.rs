//! Major keys from and onto cards.

use client::Client;
use client::card::Open;
use client::envelope::{CardKey, seal};
use protocol::command::major_key::{begin, card, fragment, show};
use protocol::envelope::Content;
use protocol::field::code::{CeremonyMethod, MajorKeySelector};
use protocol::field::data::Fingerprint;
use protocol::field::number::Number;
use protocol::fragment::Facts;

use super::ceremony::{self, Ceremony};
use super::{Random, Recombine, Split, Take, confirm};
use crate::card::Slot;
use crate::failure::Failure;
use crate::fields;
use crate::output::Output;

/// Generates a key and takes it onto cards.
pub(super) async fn random(
    client: &Client,
    args: &Random,
    (required, total): (u32, u32),
    output: &Output,
) -> Result<(), Failure> {
    let request = begin::Request {
        major_key: args.which.selector(),
        method: CeremonyMethod::Generated,
        key_type: args.key_type,
        components: None,
        required: Number::new(required),
        total: Number::new(total),
        pending: args.standing.pending(),
    };
    // So that nothing is begun that the arguments do not allow to end.
    let mut slot = args.reader.slot(total)?;
    let ceremony = begin_onto_cards(client, request).await?;
    write_all(client, &ceremony, args.which.selector(), &mut slot, output).await?;
    let (ceremony, stand) = ceremony::under_way(client, args.which.selector()).await?;
    confirm::run(client, &ceremony, &stand, &args.confirmation, output).await
}

/// Takes a key that is loaded onto cards.
pub(super) async fn split(client: &Client, args: &Split, output: &Output) -> Result<(), Failure> {
    let request = begin::Request {
        major_key: args.which.selector(),
        method: CeremonyMethod::Backup,
        key_type: None,
        components: None,
        required: Number::new(args.fragments_required),
        total: Number::new(args.fragments_total),
        pending: None,
    };
    let mut slot = args.reader.slot(args.fragments_total)?;
    let ceremony = begin_onto_cards(client, request).await?;
    write_all(client, &ceremony, args.which.selector(), &mut slot, output).await?;
    let (ceremony, stand) = ceremony::under_way(client, args.which.selector()).await?;
    confirm::run(client, &ceremony, &stand, &args.confirmation, output).await
}

/// Takes one fragment in a ceremony under way.
pub(super) async fn one(client: &Client, args: &Take, output: &Output) -> Result<(), Failure> {
    let major_key = args.which.selector();
    let (ceremony, stand) = ceremony::under_way(client, major_key).await?;
    let total = stand.total.map_or(0, |total| total.value());
    let mut slot = args.reader.slot(1)?;
    let mut open = slot.next_to_write(&format!("{}, card of {total}", fields::major_key(major_key)))?;
    take(client, &ceremony, args.number.and_then(Number::new), &mut open, output).await?;
    let (_, stand) = ceremony::under_way(client, major_key).await?;
    output.show(&ceremony::json(&stand), || {
        let name = fields::major_key(major_key);
        let done = stand.done.value();
        if ceremony::is_complete(&stand) {
            let flag = name.to_ascii_lowercase();
            format!("all {total} cards are written; go on with\n  strongctl majorkey confirm --{flag}\n")
        } else {
            format!("{done} of {total} cards of the {name} are written\n")
        }
    })
}

/// Gives the fragments of cards, until there are enough.
pub(super) async fn recombine(client: &Client, args: &Recombine, output: &Output) -> Result<(), Failure> {
    let major_key = args.which.selector();
    let name = fields::major_key(major_key);
    let (ceremony, mut stand) = match ceremony::find(client, major_key).await? {
        Some(found) => found,
        None => {
            // Cards that cannot be read are found before anything is begun.
            args.reader.check()?;
            let request = begin::Request {
                major_key,
                method: CeremonyMethod::Fragments,
                key_type: None,
                components: None,
                required: None,
                total: None,
                pending: args.standing.pending(),
            };
            ceremony::begin(client, request).await?;
            ceremony::under_way(client, major_key).await?
        }
    };
    if stand.method != CeremonyMethod::Fragments {
        return Err(Failure::usage(format!("a ceremony for the {name} is under way that does not recombine cards")));
    }
    let mut slot = args.reader.slot(0)?;
    while !ceremony::is_complete(&stand) {
        let Some(open) = slot.next_to_read(&format!("{name}, card {}", stand.done.value() + 1))? else { break };
        give(client, &ceremony, &stand, args.set.map(|set| set.0), &open, output).await?;
        drop(open);
        stand = ceremony::under_way(client, major_key).await?.1;
    }
    confirm::run(client, &ceremony, &stand, &args.confirmation, output).await
}

async fn begin_onto_cards(client: &Client, request: begin::Request) -> Result<Ceremony, Failure> {
    let major_key = request.major_key;
    if let Some((_, stand)) = ceremony::find(client, major_key).await? {
        return Err(under_way_already(major_key, &stand));
    }
    ceremony::begin(client, request).await
}

fn under_way_already(major_key: MajorKeySelector, stand: &show::Response) -> Failure {
    let name = fields::major_key(major_key);
    let flag = name.to_ascii_lowercase();
    let next = match stand.method {
        CeremonyMethod::Generated | CeremonyMethod::Backup => {
            format!(
                "strongctl majorkey card --{flag} writes its next card, strongctl majorkey confirm --{flag} ends it, \
                 strongctl majorkey abort --{flag} begins anew"
            )
        }
        CeremonyMethod::Components | CeremonyMethod::Fragments => {
            format!("strongctl majorkey abort --{flag} ends it")
        }
    };
    Failure::usage(format!("a ceremony for the {name} is under way already")).next(next)
}

async fn write_all(
    client: &Client,
    ceremony: &Ceremony,
    major_key: MajorKeySelector,
    slot: &mut Slot<'_>,
    output: &Output,
) -> Result<(), Failure> {
    let (_, stand) = ceremony::under_way(client, major_key).await?;
    let (done, total) = (stand.done.value(), stand.total.map_or(0, |total| total.value()));
    for number in done + 1..=total {
        let name = fields::major_key(major_key);
        let mut open = slot.next_to_write(&format!("{name}, card {number} of {total}"))?;
        take(client, ceremony, Number::new(number), &mut open, output).await?;
    }
    Ok(())
}

async fn take(
    client: &Client,
    ceremony: &Ceremony,
    number: Option<Number<1, 9>>,
    open: &mut Open,
    output: &Output,
) -> Result<(), Failure> {
    let key = CardKey::generate()?;
    let request = card::Request { ceremony: ceremony.id, number, public_key: Fingerprint::new(key.public()) };
    let taken = client.call(request).await?;
    let fragment = key.open(ceremony.id, &taken.fragment)?;
    let facts = open.write(&fragment).map_err(|error| {
        let number = taken.number.value();
        let failure = Failure::usage(format!("fragment {number} could not be written: {error}"));
        failure.next(format!("take it again onto another card: strongctl majorkey card --number {number} ..."))
    })?;
    output.note(&format!("card {} holds {}", open.card().serial(), describe(&facts)));
    Ok(())
}

async fn give(
    client: &Client,
    ceremony: &Ceremony,
    stand: &show::Response,
    set: Option<[u8; 8]>,
    open: &Open,
    output: &Output,
) -> Result<(), Failure> {
    let major_key = stand.major_key;
    let name = fields::major_key(major_key);
    let wanted = stand.set.map(|set| set.0).or(set);
    let of_key: Vec<Facts> = open.card().facts().filter(|facts| facts.major_key == major_key).collect();
    let held: Vec<&Facts> = of_key.iter().filter(|facts| wanted.is_none_or(|set| facts.set == set)).collect();
    let serial = open.card().serial();
    let facts = match (held.as_slice(), wanted) {
        ([facts], _) => *facts,
        ([], Some(set)) if !of_key.is_empty() => {
            let set = fields::hex(&set);
            return Err(Failure::usage(format!("card {serial} holds no fragment of set {set} of the {name}"))
                .next("strongctl card show NAME lists what a card holds"));
        }
        ([], _) => {
            return Err(Failure::usage(format!("card {serial} holds no fragment of the {name}"))
                .next("strongctl card show NAME lists what a card holds"));
        }
        (several, _) => {
            let sets: Vec<String> =
                several.iter().map(|it| format!("{} of {}", fields::hex(&it.set), fields::time(it.created))).collect();
            let sets = sets.join(", ");
            return Err(Failure::usage(format!("card {serial} holds fragments of several sets of the {name}: {sets}"))
                .next("--set names the one to recombine; strongctl card forget removes those of no use"));
        }
    };
    let clear = open.fragment(facts.set).map_err(Failure::from)?;
    let fragment = seal(&ceremony.public_key, ceremony.id, Content::Fragment, &clear)?;
    let given = client.call(fragment::Request { ceremony: ceremony.id, fragment }).await?;
    let (number, have, required) = (given.number.value(), given.given.value(), given.required.value());
    output.note(&format!("fragment {number} of the {name} is given: {have} of {required}"));
    Ok(())
}

fn describe(facts: &Facts) -> String {
    format!(
        "fragment {} of {} of the {}, set {}, {} needed",
        facts.number,
        facts.total,
        fields::major_key(facts.major_key),
        fields::hex(&facts.set),
        facts.required
    )
}
