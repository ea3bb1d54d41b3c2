//! Where new asymmetric keys go: into a slot of the asymmetric table, or back in a key block. What speaks against it is asked
//! before the key is generated or parsed, which is slow, and again after.

use protocol::field::code::{MajorKeySelector, PairUsage};
use protocol::field::data::{PublicKeyBytes, TrustedBytes};
use protocol::field::key::KeyBlockText;
use protocol::field::number::SlotNumber;
use protocol::field::pair::{PairRef, Target};
use protocol::field::text::Label;
use protocol::permission::Permission;
use protocol::tag::Tag;

use crate::asymmetric::{AsymmetricEntry, AsymmetricKey};
use crate::context::Context;
use crate::error::Error;
use crate::key::{self, KeyPair};
use crate::major_key::{MajorKey, MajorKeyKind};
use crate::pairs;
use crate::public_key::{self, Kind};
use crate::slot::Slot;
use crate::trusted_key::TrustedKey;
use crate::work::Work;

const BG: Tag = Tag::of("BG");
const BJ: Tag = Tag::of("BJ");
const CZ: Tag = Tag::of("CZ");
const RA: Tag = Tag::of("RA");
const RC: Tag = Tag::of("RC");
const RT: Tag = Tag::of("RT");
const SD: Tag = Tag::of("SD");

/// What GRSA, GECC and ZAGE ask.
pub(crate) struct NewPair<'r> {
    pub(crate) kind: Kind,
    /// RSA's public exponent.
    pub(crate) exponent: u64,
    pub(crate) usage: PairUsage,
    pub(crate) major_key: Option<MajorKeySelector>,
    pub(crate) target: Option<Target>,
    pub(crate) label: Option<&'r Label>,
}

impl NewPair<'_> {
    /// Asks for the pair, unless something speaks against it.
    pub(crate) fn prepare(&self, context: &mut Context<'_>, work: &mut Work) {
        if self.admitted(context).is_ok() {
            work.generate(self.kind, self.exponent, context.random());
        }
    }

    /// Generates the pair and puts it where it was asked for: the private key, or its slot; the public key, in clear and
    /// trusted for the same usage.
    pub(crate) fn generate(&self, context: &mut Context<'_>) -> Result<(PairRef, PublicKeyBytes, TrustedBytes), Error> {
        let pmk = self.admitted(context)?;
        let private = context.new_pair(RA, self.kind, self.exponent)?;
        let pair = KeyPair::of_usage(self.usage, private).map_err(|error| Error::Key { tag: CZ, error })?;
        let public = pair.private().public();
        let (clear, trusted) = (PublicKeyBytes::new(public.spki()), pairs::bind(pmk, self.usage, public));
        let private = match self.target {
            Some(Target::Slot(slot)) => {
                store(context, Some(slot), self.label, AsymmetricKey::Pair(pair)).map(PairRef::Slot)?
            }
            Some(Target::Return) | None => pairs::as_block(context, RC, &pair, pmk).map(PairRef::KeyBlock)?,
        };
        Ok((private, clear, trusted))
    }

    /// The PMK, if nothing speaks against the pair.
    fn admitted<'a>(&self, context: &Context<'a>) -> Result<&'a MajorKey, Error> {
        let pmk = pairs::pmk(context, BJ, self.major_key)?;
        KeyPair::suits(self.usage, self.kind).map_err(|error| Error::Key { tag: CZ, error })?;
        if !public_key::is_exponent(self.exponent) {
            return Err(Error::PublicKey { tag: RA, error: public_key::Error::Exponent });
        }
        if let Some(Target::Slot(slot)) = self.target {
            vacant(context, Some(slot), self.label)?;
            return Ok(pmk);
        }
        if self.label.is_some_and(|label| !label.as_str().is_empty()) {
            return Err(Error::Conflict { tag: RT, rule: "a key that is returned has no label; RC names a slot" });
        }
        pairs::key_blocks_allowed(context, RC)?;
        if self.kind.strength() > pmk.kbpk().strength() && !context.policy()?.weaker_wrapping {
            return Err(Error::Key { tag: RC, error: key::Error::WeakerWrapping });
        }
        Ok(pmk)
    }
}

/// What ASYL and LRSA ask.
pub(crate) struct Given<'r> {
    pub(crate) private: Option<&'r KeyBlockText>,
    pub(crate) trusted: Option<&'r TrustedBytes>,
    pub(crate) slot: Option<SlotNumber>,
    pub(crate) label: Option<&'r Label>,
}

impl Given<'_> {
    /// Asks for the private key, unless something speaks against it.
    pub(crate) fn prepare(&self, context: &Context<'_>, work: &mut Work) {
        if let (Some(block), Ok(())) = (self.private, self.admitted(context))
            && let (Ok(pmk), Ok(policy)) = (context.shared_major_key(MajorKeyKind::Pmk), context.policy())
        {
            work.open(pmk, block, policy.weaker_wrapping);
        }
    }

    /// The key.
    pub(crate) fn key(&self, context: &mut Context<'_>) -> Result<AsymmetricKey, Error> {
        self.admitted(context)?;
        match (self.private, self.trusted) {
            (Some(block), _) => context.opened(BG, block).map(AsymmetricKey::Pair),
            (None, Some(bound)) => {
                let opened = TrustedKey::open(pairs::pmk(context, SD, None)?.trust(), bound.bytes());
                opened.map(AsymmetricKey::Trusted).map_err(|_| Error::Distrusted { tag: SD })
            }
            (None, None) => Err(Error::FieldNeeded { tag: BG, rule: "a private key; or in SD a trusted public key" }),
        }
    }

    /// Stores the key.
    pub(crate) fn store(&self, context: &mut Context<'_>, key: AsymmetricKey) -> Result<SlotNumber, Error> {
        store(context, self.slot, self.label, key)
    }

    fn admitted(&self, context: &Context<'_>) -> Result<(), Error> {
        pairs::pmk(context, BG, None)?;
        if self.private.is_some() {
            if self.trusted.is_some() {
                return Err(Error::Conflict { tag: SD, rule: "give only one of BG and SD" });
            }
            pairs::key_blocks_allowed(context, BG)?;
        }
        vacant(context, self.slot, self.label).map(|_| ())
    }
}

/// Stores a key in an empty slot of the asymmetric table, the lowest one where none is named.
fn store(
    context: &mut Context<'_>,
    slot: Option<SlotNumber>,
    label: Option<&Label>,
    key: AsymmetricKey,
) -> Result<SlotNumber, Error> {
    let slot = vacant(context, slot, label)?;
    let entry = AsymmetricEntry::new(key, label.filter(|label| !label.as_str().is_empty()).cloned());
    let [a, b, c, ..] = entry.fingerprint();
    context.note(format!("asymmetric slot {} holds a key with check value {a:02X}{b:02X}{c:02X}", slot.number()));
    context.put_asymmetric(slot, entry.into())?;
    Ok(slot.wire())
}

/// The slot that a key can go to with this label.
fn vacant(context: &Context<'_>, slot: Option<SlotNumber>, label: Option<&Label>) -> Result<Slot, Error> {
    let tenant = context.tenant()?;
    let table = tenant.asymmetric();
    let slot = match slot {
        Some(slot) => context.slot(RC, slot.into())?,
        None => lowest_empty(context)?.ok_or(Error::TableFull { slots: tenant.table().capacity() })?,
    };
    if table.find(slot).is_some() {
        return Err(Error::SlotTaken { tag: RC, slot: slot.number() });
    }
    let label = label.filter(|label| !label.as_str().is_empty());
    if let Some(taken) = label.and_then(|label| table.labelled(label)) {
        return Err(Error::LabelTaken { tag: RT, slot: taken.number() });
    }
    context.sealing()?;
    Ok(slot)
}

/// The lowest empty slot of the asymmetric table that the partition reaches.
fn lowest_empty(context: &Context<'_>) -> Result<Option<Slot>, Error> {
    let (tenant, partition) = (context.tenant()?, context.partition()?);
    let (table, capacity) = (tenant.asymmetric(), tenant.table().capacity());
    let last = SlotNumber::new(capacity.saturating_sub(1)).unwrap_or(SlotNumber::MIN_NUMBER);
    let whole = [(SlotNumber::MIN_NUMBER, last)];
    let ranges: Vec<_> = match partition.permissions.contains(Permission::AllSlots) {
        true => whole.to_vec(),
        false => partition.slots.iter().map(|(first, end)| (first, end.min(last))).collect(),
    };
    Ok(ranges.into_iter().filter_map(|(first, end)| table.lowest_empty_within(first.into(), end.into())).min())
}
