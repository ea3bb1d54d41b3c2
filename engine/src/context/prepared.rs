//! Slow work that was done ahead. None is done here: whoever executes what changes something makes all others wait. Where
//! the handler asked for none, as the request was to be refused when that was looked at, it is to be asked again.

use std::sync::Arc;

use protocol::field::code::BackupContents;
use protocol::field::key::KeyBlockText;
use protocol::field::name::Password;
use protocol::tag::Tag;

use super::Context;
use crate::backup::{Backup, Content};
use crate::error::Error;
use crate::key::KeyPair;
use crate::major_key::{MajorKey, MajorKeyKind};
use crate::password::{Derivation, Kept, SALT};
use crate::public_key::{Kind, PrivateKey};

impl Context<'_> {
    /// The result of a derivation.
    pub(crate) fn derived(&mut self, wanted: &Derivation) -> Result<Kept, Error> {
        self.session.done().take(wanted).ok_or(Error::Unprepared)?
    }

    /// What to keep of a new password; `others` are salts that other work of this request has.
    pub(crate) fn new_password(&mut self, password: &Password, others: &[[u8; SALT]]) -> Result<Kept, Error> {
        self.session.done().take_new(password, others).ok_or(Error::Unprepared)?
    }

    /// A new key pair.
    pub(crate) fn new_pair(&mut self, tag: Tag, kind: Kind, exponent: u64) -> Result<PrivateKey, Error> {
        let made = self.session.done().take_pair(kind, exponent).ok_or(Error::Unprepared)?;
        made.map_err(|error| Error::PublicKey { tag, error })
    }

    /// The private key in a key block under the PMK.
    pub(crate) fn opened(&mut self, tag: Tag, block: &KeyBlockText) -> Result<KeyPair, Error> {
        let (pmk, weaker) = (self.shared_major_key(MajorKeyKind::Pmk)?, self.policy()?.weaker_wrapping);
        let opened = self.session.done().take_opened(pmk, block, weaker).ok_or(Error::Unprepared)?;
        opened.map_err(|error| Error::Key { tag, error })
    }

    /// The backup that is being restored, and what it holds.
    pub(crate) fn restored(&mut self, bek: &Arc<MajorKey>) -> Result<(Arc<Backup>, Content), Error> {
        let (backup, content) = self.session.done().take_restored(bek).ok_or(Error::Unprepared)?;
        Ok((backup, content?))
    }

    /// A new backup of the tenant.
    pub(crate) fn new_backup(&mut self, bek: &Arc<MajorKey>, contents: BackupContents) -> Result<Backup, Error> {
        self.session.done().take_backup(bek, contents).ok_or(Error::Unprepared)?
    }
}
