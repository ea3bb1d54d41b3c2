//! What a backup holds: keys, identities and roles, each as a counted item.

use protocol::backup::PART;
use protocol::field::Value as _;
use protocol::field::number::SlotNumber;
use protocol::field::text::Label;
use zeroize::Zeroizing;

use crate::asymmetric::AsymmetricEntry;
use crate::codec::{Reader, Writer, put_counted, take_counted};
use crate::identity::Identity;
use crate::key::key_block::Header;
use crate::key::{KeyMaterial, WorkingKey};
use crate::partition::Partition;
use crate::record::{asymmetric, people};
use crate::slot::{Entry, Slot};
use crate::tenant::Tenant;

/// Clear bytes of a part at most: what is left of its size beside the tag.
const ROOM: usize = PART - 16;

const KEY: u8 = 1;
const IDENTITY: u8 = 2;
const PARTITION: u8 = 3;
const ASYMMETRIC: u8 = 4;

/// One item.
pub(crate) enum Item {
    Key(Slot, Entry),
    Asymmetric(Slot, AsymmetricEntry),
    Identity(Identity),
    Partition(Partition),
}

/// The items of a tenant in parts; each part has whole items only, and is wiped on drop.
pub(crate) fn pack(tenant: &Tenant, keys: bool, configuration: bool) -> (Vec<Zeroizing<Vec<u8>>>, usize) {
    let mut parts: Vec<Zeroizing<Vec<u8>>> = Vec::new();
    let mut count = 0;
    let mut put = |item: &[u8]| {
        if parts.last().is_none_or(|part| part.len() + item.len() + 2 > ROOM) {
            // Of its final size at once: growing would leave copies behind.
            parts.push(Zeroizing::new(Vec::with_capacity(ROOM)));
        }
        if let Some(part) = parts.last_mut() {
            put_counted(part, item);
        }
        count += 1;
    };
    if configuration {
        for partition in tenant.people().partitions() {
            let body = people::partition_body(partition);
            let item = Writer::default().byte(PARTITION).counted(partition.name.as_str().as_bytes()).counted(&body);
            put(&item.finish());
        }
        for identity in tenant.people().identities() {
            let body = people::identity_body(identity);
            let item = Writer::default().byte(IDENTITY).counted(identity.name.as_str().as_bytes()).counted(&body);
            put(&item.finish());
        }
    }
    if keys {
        for (slot, entry) in tenant.table().from(Slot::from(SlotNumber::MIN_NUMBER)) {
            let item = Writer::default()
                .byte(KEY)
                .number(slot.number().into())
                .counted(&entry.key().header().template())
                .counted(entry.label().map_or("", Label::as_str).as_bytes())
                .counted(entry.key().material().expose());
            put(&item.finish());
        }
        for (slot, entry) in tenant.asymmetric().from(Slot::from(SlotNumber::MIN_NUMBER)) {
            let body = asymmetric::body(entry.key());
            let item = Writer::with_capacity(body.len() + 64)
                .byte(ASYMMETRIC)
                .number(slot.number().into())
                .counted(entry.label().map_or("", Label::as_str).as_bytes())
                .counted(&body);
            put(&item.finish());
        }
    }
    // A part there must be: without one, nothing would authenticate the head.
    if parts.is_empty() {
        parts.push(Zeroizing::default());
    }
    (parts, count)
}

/// The items of a part, one by one; `None` for one that cannot be read.
pub(crate) struct Items<'a>(&'a [u8]);

impl<'a> Items<'a> {
    pub(crate) fn new(part: &'a [u8]) -> Self {
        Self(part)
    }
}

impl Iterator for Items<'_> {
    type Item = Option<Item>;

    fn next(&mut self) -> Option<Option<Item>> {
        if self.0.is_empty() {
            return None;
        }
        let Some((item, rest)) = take_counted(self.0) else {
            self.0 = &[];
            return Some(None);
        };
        self.0 = rest;
        Some(read(item))
    }
}

fn read(item: &[u8]) -> Option<Item> {
    let mut reader = Reader::new(item);
    match reader.byte()? {
        KEY => {
            let slot = u32::try_from(reader.number()?).ok().and_then(SlotNumber::new)?;
            let header = Header::parse_template(reader.counted()?).ok()?;
            let label = reader.counted()?;
            let label = if label.is_empty() { None } else { Some(Label::parse(label).ok()?) };
            let key = WorkingKey::new(header, KeyMaterial::new(reader.counted()?)).ok()?;
            reader.is_at_end().then(|| Item::Key(slot.into(), Entry::new(key, label)))
        }
        ASYMMETRIC => {
            let slot = u32::try_from(reader.number()?).ok().and_then(SlotNumber::new)?;
            let label = reader.counted()?;
            let label = if label.is_empty() { None } else { Some(Label::parse(label).ok()?) };
            let key = asymmetric::read(reader.counted()?)?;
            reader.is_at_end().then(|| Item::Asymmetric(slot.into(), AsymmetricEntry::new(key, label)))
        }
        IDENTITY => {
            let (name, body) = (reader.counted()?, reader.counted()?);
            people::identity(name, Reader::new(body)).filter(|_| reader.is_at_end()).map(Item::Identity)
        }
        PARTITION => {
            let (name, body) = (reader.counted()?, reader.counted()?);
            people::partition(name, Reader::new(body)).filter(|_| reader.is_at_end()).map(Item::Partition)
        }
        _ => None,
    }
}
