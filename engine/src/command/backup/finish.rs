//! Finishes a restore.

use std::sync::Arc;

use protocol::command::backup::finish::{Request, Response};
use protocol::field::number::{Number, SlotNumber};
use protocol::tag::Tag;

use crate::asymmetric::AsymmetricEntry;
use crate::backup::Backup;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::identity::Identity;
use crate::major_key::{MajorKey, MajorKeyKind};
use crate::outcome::ChangeEffect;
use crate::partition::Partition;
use crate::record::Record;
use crate::slot::{Entry, Slot};
use crate::work::Work;

const OV: Tag = Tag::of("OV");
const NU: Tag = Tag::of("NU");

impl Execute for Request {
    fn prepare(&self, context: &mut Context<'_>, work: &mut Work) {
        if let Ok((bek, backup)) = admitted(self, context) {
            work.restore(bek, backup);
        }
    }

    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("a restore".to_owned());
        let (bek, _) = admitted(self, context)?;
        let (restore, content) = context.restored(bek)?;
        let tenant = context.tenant()?;
        if restore.head.keys {
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

/// The BEK and the backup, if there is something to finish and whoever asks may.
fn admitted<'a, 'c>(
    request: &Request,
    context: &'c Context<'a>,
) -> Result<(&'a Arc<MajorKey>, &'c Arc<Backup>), Error> {
    if context.login()?.count() < 2 {
        return Err(Error::DualControl);
    }
    let missing = Error::BackupMissing { rule: "no restore was begun on this connection; ZBRB begins one" };
    let backup = context.session().restored().ok_or(missing)?;
    let bek = context.shared_major_key(MajorKeyKind::Bek)?;
    if backup.head.keys && context.tenant()?.keys() > 0 && request.overwrite.is_none() {
        return Err(Error::FieldNeeded { tag: OV, rule: "the key table holds keys; Y replaces them all" });
    }
    Ok((bek, backup))
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
