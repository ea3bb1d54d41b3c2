//! Backups of a tenant under its BEK: made whole, read in parts, and checked whole before anything is restored.
//!
//! The key of a backup is derived from the BEK and the backup's own id. Each part is sealed with AES-256-GCM under it, its
//! number as the nonce, bound to the head: a part that was changed, moved, or taken from another backup does not open.

mod content;
mod items;

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use hkdf::Hkdf;
use protocol::backup::Head;
use protocol::field::code::BackupContents;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::hsm::Timestamp;
use crate::key::check_value::check_value;
use crate::major_key::MajorKey;
use crate::tenant::Tenant;
pub(crate) use content::Content;
use items::{Item, Items, pack};

/// A backup, sealed.
#[derive(Clone, Debug)]
pub(crate) struct Backup {
    pub(crate) head: Head,
    pub(crate) parts: Vec<Vec<u8>>,
}

impl Backup {
    /// A backup of the tenant under its BEK. Slow where the tenant has many keys.
    pub(crate) fn make(
        bek: &MajorKey,
        tenant: &Tenant,
        contents: BackupContents,
        id: [u8; 16],
        created: Timestamp,
    ) -> Result<Self, Error> {
        let keys = contents != BackupContents::Configuration;
        let configuration = contents != BackupContents::Keys;
        let (clear, items) = pack(tenant, keys, configuration);
        let full = Error::Internal { what: "a backup too large" };
        let small = |count: usize| u32::try_from(count).map_err(|_| full);
        let head = Head {
            id,
            created: created.0,
            keys,
            configuration,
            tenant: tenant.name().as_str().to_owned(),
            bek: mark(bek),
            parts: small(clear.len())?,
            items: small(items)?,
        };
        let seal = Seal::new(bek, &head);
        let parts = (1..).zip(&clear).map(|(number, part)| seal.seal(number, part).map_err(|_| full));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { head, parts })
    }
}

/// What seals the parts of one backup; wiped on drop.
pub(crate) struct Seal {
    cipher: Aes256Gcm,
    head: Vec<u8>,
}

/// A part does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DoesNotOpen;

impl Seal {
    pub(crate) fn new(bek: &MajorKey, head: &Head) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        let derived =
            Hkdf::<Sha256>::new(Some(&head.id), bek.expose().expose()).expand(b"strongroom backup 1", &mut *key);
        debug_assert!(derived.is_ok(), "32 bytes are within what HKDF gives");
        Self { cipher: Aes256Gcm::new((&*key).into()), head: head.encode() }
    }

    /// Seals the part of this number, counted from 1.
    pub(crate) fn seal(&self, number: u32, clear: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
        let payload = Payload { msg: clear, aad: &self.head };
        self.cipher.encrypt(&nonce(number), payload).map_err(|_| DoesNotOpen)
    }

    pub(crate) fn open(&self, number: u32, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let payload = Payload { msg: sealed, aad: &self.head };
        self.cipher.decrypt(&nonce(number), payload).map(Zeroizing::new).map_err(|_| DoesNotOpen)
    }
}

/// The key is a backup's own, so a number is used once with it.
fn nonce(number: u32) -> Nonce<<Aes256Gcm as aes_gcm::AeadCore>::NonceSize> {
    let mut nonce = [0; 12];
    nonce[8..].copy_from_slice(&number.to_be_bytes());
    nonce.into()
}

/// The BEK's mark in a head.
pub(crate) fn mark(bek: &MajorKey) -> [u8; 3] {
    let value = check_value(bek.algorithm(), None, bek.expose());
    value.bytes().first_chunk().copied().unwrap_or_default()
}
