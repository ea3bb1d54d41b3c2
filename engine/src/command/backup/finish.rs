//! Finishes a restore.

use std::sync::Arc;

use protocol::command::backup::finish::{Request, Response};
use protocol::field::number::{Number, SlotNumber};
use protocol::tag::Tag;

use crate::asymmetric::AsymmetricEntry;
use crate::backup::{Backup, Item, Items, Seal};
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::identity::Identity;
use crate::major_key::MajorKeyKind;
use crate::outcome::ChangeEffect;
use crate::partition::Partition;
use crate::record::Record;
use crate::slot::{Entry, Slot};

const OV: Tag = Tag::of("OV");
const NU: Tag = Tag::of("NU");

/// All that a backup held.
#[derive(Default)]
struct Content {
    keys: Vec<(Slot, Entry)>,
    asymmetric: Vec<(Slot, AsymmetricEntry)>,
    identities: Vec<Identity>,
    partitions: Vec<Partition>,
}

impl Execute for Request {
    fn execute(self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("a restore".to_owned());
        if context.login()?.count() < 2 {
            return Err(Error::DualControl);
        }
        let missing = Error::BackupMissing { rule: "no restore was begun on this connection; ZBRB begins one" };
        let restore = context.session_mut().restore().clone().ok_or(missing)?;
        let content = opened(context, &restore)?;
        let tenant = context.tenant()?;
        if restore.head.keys {
            if tenant.keys() > 0 && self.overwrite.is_none() {
                return Err(Error::FieldNeeded { tag: OV, rule: "the key table holds keys; Y replaces them all" });
            }
            let capacity = tenant.table().capacity();
            let mut slots =
                content.keys.iter().map(|(slot, _)| slot).chain(content.asymmetric.iter().map(|(it, _)| it));
            if let Some(slot) = slots.find(|slot| slot.number() >= capacity) {
                return Err(Error::SlotMissing { tag: NU, slot: slot.number(), slots: capacity });
            }
        }
        let counts =
            [content.keys.len() + content.asymmetric.len(), content.identities.len(), content.partitions.len()];
        if restore.head.configuration {
            replace_people(context, content.identities, content.partitions)?;
        }
        if restore.head.keys {
            replace_keys(context, content.keys)?;
            replace_asymmetric(context, content.asymmetric)?;
        }
        let [keys, identities, roles] = counts;
        let from = &restore.head.tenant;
        context.note(format!("restored from a backup of {from}: {keys} keys, {identities} identities, {roles} roles"));
        *context.session_mut().restore() = None;
        let number = |count: usize| {
            let count = u32::try_from(count).ok().and_then(Number::new);
            count.ok_or(Error::Internal { what: "a number of items" })
        };
        Ok(Response { keys: number(keys)?, identities: number(identities)?, roles: number(roles)? })
    }
}

/// Everything in a backup, once all of it is there and opens.
fn opened(context: &Context<'_>, restore: &Backup) -> Result<Content, Error> {
    let damaged = |rule| Error::BackupDamaged { tag: NU, rule };
    // The head is authenticated by the parts alone.
    if restore.parts.is_empty() || usize::try_from(restore.head.parts) != Ok(restore.parts.len()) {
        return Err(damaged("parts of the backup are missing: it is cut off"));
    }
    let seal = Seal::new(context.major_key(MajorKeyKind::Bek)?, &restore.head);
    let mut content = Content::default();
    for (number, part) in (1..).zip(&restore.parts) {
        let clear =
            seal.open(number, part).map_err(|_| damaged("the backup is under another BEK than the one loaded now"))?;
        for item in Items::new(&clear) {
            match item.ok_or(damaged("the backup holds what this version cannot read"))? {
                Item::Key(slot, entry) => content.keys.push((slot, entry)),
                Item::Asymmetric(slot, entry) => content.asymmetric.push((slot, entry)),
                Item::Identity(identity) => content.identities.push(identity),
                Item::Partition(partition) => content.partitions.push(partition),
            }
        }
    }
    let items = content.keys.len() + content.asymmetric.len() + content.identities.len() + content.partitions.len();
    if usize::try_from(restore.head.items) != Ok(items) {
        return Err(damaged("the backup does not hold as many items as it says"));
    }
    Ok(content)
}

fn replace_people(
    context: &mut Context<'_>,
    identities: Vec<Identity>,
    partitions: Vec<Partition>,
) -> Result<(), Error> {
    let tenant = context.tenant()?;
    let (name, people) = (tenant.name(), tenant.people());
    for known in people.identities() {
        context.change(ChangeEffect::EndLogins(known.name.clone()), None)?;
        if !identities.iter().any(|identity| identity.name == known.name) {
            let record = Record::no_identity(name, &known.name);
            context.change(ChangeEffect::RemoveIdentity(known.name.clone()), record)?;
        }
    }
    for known in people.partitions() {
        if !partitions.iter().any(|partition| partition.name == known.name) {
            let record = Record::no_partition(name, &known.name);
            context.change(ChangeEffect::RemovePartition(known.name.clone()), record)?;
        }
    }
    for partition in partitions {
        let (device, random) = context.device();
        let record = Record::partition(name, &partition, device, random);
        context.change(ChangeEffect::PutPartition(partition.into()), record)?;
    }
    for identity in identities {
        let (device, random) = context.device();
        let record = Record::identity(name, &identity, device, random);
        context.change(ChangeEffect::PutIdentity(identity.into()), record)?;
    }
    Ok(())
}

fn replace_keys(context: &mut Context<'_>, keys: Vec<(Slot, Entry)>) -> Result<(), Error> {
    let tenant = context.tenant()?;
    // All first: labels may have changed their slots.
    for (slot, _) in tenant.table().from(Slot::from(SlotNumber::MIN_NUMBER)) {
        context.change(ChangeEffect::Empty(slot), Record::no_key(tenant.name(), slot))?;
    }
    for (slot, entry) in keys {
        context.seal_again(slot, Arc::new(entry))?;
    }
    Ok(())
}

fn replace_asymmetric(context: &mut Context<'_>, keys: Vec<(Slot, AsymmetricEntry)>) -> Result<(), Error> {
    let tenant = context.tenant()?;
    for (slot, _) in tenant.asymmetric().from(Slot::from(SlotNumber::MIN_NUMBER)) {
        context.change(ChangeEffect::EmptyAsymmetric(slot), Record::no_asymmetric(tenant.name(), slot))?;
    }
    for (slot, entry) in keys {
        context.put_asymmetric(slot, Arc::new(entry))?;
    }
    Ok(())
}
