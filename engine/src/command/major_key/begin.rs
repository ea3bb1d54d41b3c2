//! Begins a ceremony.

use protocol::command::major_key::begin::{Request, Response};
use protocol::field::code::CeremonyMethod;
use protocol::field::data::{CeremonyId, Fingerprint};
use protocol::field::number::Number;
use protocol::permission::Permission;
use protocol::tag::Tag;

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::envelope::KeyPair;
use crate::error::Error;
use crate::key::{self, KeyMaterial, KeyType};
use crate::major_key::ceremony::{Cards, Ceremony, Components, Work};
use crate::major_key::fragment::{self, Collection, Set};
use crate::major_key::{Age, MajorKeyKind};
use crate::random;

const CM: Tag = Tag::of("CM");
const CT: Tag = Tag::of("CT");
const FS: Tag = Tag::of("FS");
const PN: Tag = Tag::of("PN");
const RQ: Tag = Tag::of("RQ");
const TT: Tag = Tag::of("TT");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        let kind = MajorKeyKind::from(self.major_key);
        context.note(format!("ceremony for the {}", kind.name()));
        ceremonies::passwords_are_changed(context)?;
        let tenant = context.tenant()?;
        if tenant.ceremonies().any(|known| known.kind == kind && !known.is_over(context.now())) {
            return Err(Error::CeremonyConflict {
                tag: FS,
                rule: "a ceremony for this major key is under way; ZMLI lists it",
            });
        }
        let work = work(self, context, kind)?;
        let mut id = [0; 16];
        random::fill(context.random(), &mut id);
        let pair = KeyPair::generate(context.random());
        let deadline = ceremonies::deadline(context, tenant.policy());
        let ceremony = Ceremony { id: CeremonyId(id), kind, age: ceremonies::age(self.pending), pair, deadline, work };
        let (scheme, signature) = ceremonies::attestation(context, &ceremony)?;
        let check_value = match (ceremony.key_type(), ceremony.check_value()) {
            (Some(key_type), Some(value)) => Some(ceremonies::digits(context, key_type, &value)?),
            (Some(_) | None, Some(_) | None) => None,
        };
        let response = Response {
            ceremony: ceremony.id,
            tenant: ceremonies::tenant(context)?,
            public_key: Fingerprint::new(ceremony.pair.public()),
            scheme,
            signature,
            check_value,
            seconds: ceremonies::left(context, &ceremony)?,
        };
        context.note(format!("ceremony for the {} begun, method {}", kind.name(), self.method.code()));
        ceremonies::put(context, ceremony)?;
        Ok(response)
    }
}

fn work(request: &Request, context: &mut Context<'_>, kind: MajorKeyKind) -> Result<Work, Error> {
    let is_of_cards = matches!(request.method, CeremonyMethod::Generated | CeremonyMethod::Backup);
    let is_of_components = request.method == CeremonyMethod::Components;
    for (tag, given, fits) in [
        (CM, request.components.is_some(), is_of_components),
        (RQ, request.required.is_some(), is_of_cards),
        (TT, request.total.is_some(), is_of_cards),
        (CT, request.key_type.is_some(), is_of_components || request.method == CeremonyMethod::Generated),
    ] {
        if given && !fits {
            return Err(Error::Conflict { tag, rule: "this method does not take it" });
        }
    }
    let age = ceremonies::age(request.pending);
    if age == Age::Pending && request.method == CeremonyMethod::Backup {
        return Err(Error::Conflict { tag: PN, rule: "this method does not take it" });
    }
    let asked = request.key_type.map(KeyType::from);
    match request.method {
        CeremonyMethod::Components => {
            let key_type = ceremonies::key_type(CT, kind, asked)?;
            ceremonies::can_load(context, kind, age)?;
            let total =
                request.components.ok_or(Error::FieldNeeded { tag: CM, rule: "how many components, 2 to 9" })?;
            let total = small(total);
            Ok(Work::Components(Components { key_type, total, given: Vec::new() }))
        }
        CeremonyMethod::Fragments => {
            ceremonies::can_load(context, kind, age)?;
            Ok(Work::Fragments { collection: Collection::default(), custodians: Vec::new() })
        }
        CeremonyMethod::Generated => {
            let key_type = ceremonies::key_type(CT, kind, asked)?;
            ceremonies::can_load(context, kind, age)?;
            let key = key::generate(key_type, context.random());
            cards(request, context, kind, key_type, key, true)
        }
        CeremonyMethod::Backup => {
            if !context.partition()?.permissions.contains(Permission::MajorKeysBackup) {
                return Err(Error::PermissionMissing { permission: Permission::MajorKeysBackup });
            }
            let loaded = context.major_key(kind)?;
            let (key_type, key) = (loaded.key_type(), loaded.expose().clone());
            cards(request, context, kind, key_type, key, false)
        }
    }
}

fn cards(
    request: &Request,
    context: &mut Context<'_>,
    kind: MajorKeyKind,
    key_type: KeyType,
    key: KeyMaterial,
    is_new: bool,
) -> Result<Work, Error> {
    let required = request.required.ok_or(Error::FieldNeeded { tag: RQ, rule: "how many cards are needed, 2 to 9" })?;
    let total = request.total.ok_or(Error::FieldNeeded { tag: TT, rule: "how many cards to make, 2 to 9" })?;
    let (now, random) = (context.now(), context.random());
    let counts = (small(required), small(total));
    let made = Set::new(kind, key_type, counts, now, random).and_then(|set| fragment::split(set, &key, random));
    let fragments = made.map_err(ceremonies::refused(RQ))?;
    Ok(Work::Cards(Cards { fragments, taken: Vec::new(), key, is_new }))
}

/// A number of one digit.
fn small(number: Number<2, 9>) -> u8 {
    u8::try_from(number.value()).unwrap_or(u8::MAX)
}
