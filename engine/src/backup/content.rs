//! All that a backup holds, in clear.

use protocol::tag::Tag;

use super::{Backup, Item, Items, Seal};
use crate::asymmetric::AsymmetricEntry;
use crate::error::Error;
use crate::identity::Identity;
use crate::major_key::MajorKey;
use crate::partition::Partition;
use crate::slot::{Entry, Slot};

const NU: Tag = Tag::of("NU");

/// All that a backup held.
#[derive(Default)]
pub(crate) struct Content {
    pub(crate) keys: Vec<(Slot, Entry)>,
    pub(crate) asymmetric: Vec<(Slot, AsymmetricEntry)>,
    pub(crate) identities: Vec<Identity>,
    pub(crate) partitions: Vec<Partition>,
}

impl Content {
    /// Everything in a backup, once all of it is there and opens. Slow where it holds private keys: each is parsed.
    pub(crate) fn open(bek: &MajorKey, backup: &Backup) -> Result<Self, Error> {
        let damaged = |rule| Error::BackupDamaged { tag: NU, rule };
        // The head is authenticated by the parts alone.
        if backup.parts.is_empty() || usize::try_from(backup.head.parts) != Ok(backup.parts.len()) {
            return Err(damaged("parts of the backup are missing: it is cut off"));
        }
        let seal = Seal::new(bek, &backup.head);
        let mut content = Self::default();
        for (number, part) in (1..).zip(&backup.parts) {
            let clear = seal
                .open(number, part)
                .map_err(|_| damaged("the backup is under another BEK than the one loaded now"))?;
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
        if usize::try_from(backup.head.items) != Ok(items) {
            return Err(damaged("the backup does not hold as many items as it says"));
        }
        Ok(content)
    }
}
