//! Slow work that a request needs: asked for ahead by its handler, and done away from where others wait.

use std::fmt;
use std::sync::Arc;

use protocol::field::code::BackupContents;
use protocol::field::key::KeyBlockText;
use protocol::field::name::Password;

use crate::backup::{Backup, Content};
use crate::error::Error;
use crate::hsm::Timestamp;
use crate::key::{self, KeyPair};
use crate::major_key::MajorKey;
use crate::password::{Derivation, Kept, SALT};
use crate::public_key::{self, Kind, PrivateKey};
use crate::random::{self, Generator};
use crate::tenant::Tenant;

/// Slow work that a request needs, to be done before it is executed.
#[derive(Default)]
pub struct Work {
    derivations: Vec<Derivation>,
    pair: Option<Generation>,
    supplied: Option<(Wanted, PrivateKey)>,
    openings: Vec<Opening>,
    restore: Option<Restore>,
    making: Option<Making>,
}

/// Slow work that is done, each with what came of it.
#[derive(Default)]
pub struct Done {
    derivations: Vec<(Derivation, Result<Kept, Error>)>,
    pair: Option<(Wanted, Result<PrivateKey, public_key::Error>)>,
    opened: Vec<(Opening, Result<KeyPair, key::Error>)>,
    restored: Option<(Restore, Result<Content, Error>)>,
    made: Option<(Arc<MajorKey>, BackupContents, Result<Backup, Error>)>,
}

/// What a new key pair is to be: its kind and its public exponent.
type Wanted = (Kind, u64);

/// A key pair to generate.
struct Generation {
    wanted: Wanted,
    random: Generator,
}

/// A private key to open and to parse.
struct Opening {
    pmk: Arc<MajorKey>,
    block: KeyBlockText,
    weaker: bool,
}

/// A backup to open.
struct Restore {
    bek: Arc<MajorKey>,
    backup: Arc<Backup>,
}

/// A backup to make: of the tenant as it is when that is asked for.
struct Making {
    bek: Arc<MajorKey>,
    tenant: Tenant,
    contents: BackupContents,
    id: [u8; 16],
    created: Timestamp,
}

impl Work {
    pub(crate) fn push(&mut self, derivation: Derivation) {
        self.derivations.push(derivation);
    }

    /// Asks for a key pair, whose generator is the next of the connection's.
    pub(crate) fn generate(&mut self, kind: Kind, exponent: u64, random: &mut Generator) {
        self.pair = Some(Generation { wanted: (kind, exponent), random: random.fork() });
    }

    /// Asks for a private key in a key block.
    pub(crate) fn open(&mut self, pmk: &Arc<MajorKey>, block: &KeyBlockText, weaker: bool) {
        self.openings.push(Opening { pmk: Arc::clone(pmk), block: block.clone(), weaker });
    }

    /// Asks for all that a backup holds.
    pub(crate) fn restore(&mut self, bek: &Arc<MajorKey>, backup: &Arc<Backup>) {
        self.restore = Some(Restore { bek: Arc::clone(bek), backup: Arc::clone(backup) });
    }

    /// Asks for a backup of the tenant under its BEK.
    pub(crate) fn back_up(
        &mut self,
        bek: &Arc<MajorKey>,
        tenant: &Tenant,
        contents: BackupContents,
        created: Timestamp,
        random: &mut Generator,
    ) {
        let mut id = [0; 16];
        random::fill(random, &mut id);
        self.making = Some(Making { bek: Arc::clone(bek), tenant: tenant.clone(), contents, id, created });
    }

    /// Takes a key pair that the caller has ready instead of generating one, where none needs to repeat with a seed.
    pub fn supply(&mut self, ready: impl FnOnce(Kind, u64) -> Option<PrivateKey>) {
        if let Some(generation) = self.pair.take_if(|generation| !generation.random.repeats()) {
            let wanted = generation.wanted;
            match ready(wanted.0, wanted.1) {
                Some(pair) => self.supplied = Some((wanted, pair)),
                None => self.pair = Some(generation),
            }
        }
    }

    /// Whether there is nothing slow to do.
    #[must_use]
    pub fn is_done(&self) -> bool {
        let is_keyless = self.derivations.is_empty() && self.pair.is_none() && self.openings.is_empty();
        is_keyless && self.restore.is_none() && self.making.is_none()
    }

    /// Does it. What fails is told by the request.
    #[must_use]
    pub fn run(self) -> Done {
        let derivations = self.derivations.into_iter().map(|one| {
            let kept = one.run();
            (one, kept)
        });
        let generated = self
            .pair
            .map(|Generation { wanted, mut random }| (wanted, PrivateKey::generate(wanted.0, wanted.1, &mut random)));
        let opened = self.openings.into_iter().map(|one| {
            let pair = KeyPair::unwrap(one.pmk.kbpk(), one.block.as_bytes(), one.weaker);
            (one, pair)
        });
        let restored = self.restore.map(|one| {
            let content = Content::open(&one.bek, &one.backup);
            (one, content)
        });
        let made = self.making.map(|one| {
            let backup = Backup::make(&one.bek, &one.tenant, one.contents, one.id, one.created);
            (one.bek, one.contents, backup)
        });
        let supplied = self.supplied.map(|(wanted, pair)| (wanted, Ok(pair)));
        let (derivations, pair, opened) = (derivations.collect(), supplied.or(generated), opened.collect());
        Done { derivations, pair, opened, restored, made }
    }
}

impl Done {
    /// The result of exactly this derivation.
    pub(crate) fn take(&mut self, wanted: &Derivation) -> Option<Result<Kept, Error>> {
        let index = self.derivations.iter().position(|(done, _)| done == wanted)?;
        Some(self.derivations.swap_remove(index).1)
    }

    /// The result for this password under a salt that was drawn for it.
    pub(crate) fn take_new(&mut self, password: &Password, salts: &[[u8; SALT]]) -> Option<Result<Kept, Error>> {
        let is_it = |done: &Derivation| done.is_of(password) && !salts.contains(done.salt());
        let index = self.derivations.iter().position(|(done, _)| is_it(done))?;
        Some(self.derivations.swap_remove(index).1)
    }

    /// The key pair that was asked for, once.
    pub(crate) fn take_pair(&mut self, kind: Kind, exponent: u64) -> Option<Result<PrivateKey, public_key::Error>> {
        self.pair.take_if(|(wanted, _)| *wanted == (kind, exponent)).map(|(_, made)| made)
    }

    /// The private key of exactly this block, opened under this very PMK.
    pub(crate) fn take_opened(
        &mut self,
        pmk: &Arc<MajorKey>,
        block: &KeyBlockText,
        weaker: bool,
    ) -> Option<Result<KeyPair, key::Error>> {
        let is_it = |it: &Opening| Arc::ptr_eq(&it.pmk, pmk) && it.block == *block && it.weaker == weaker;
        let index = self.opened.iter().position(|(opening, _)| is_it(opening))?;
        Some(self.opened.swap_remove(index).1)
    }

    /// What the connection's backup holds, opened under this very BEK.
    pub(crate) fn take_restored(&mut self, bek: &Arc<MajorKey>) -> Option<(Arc<Backup>, Result<Content, Error>)> {
        let (restore, content) = self.restored.take_if(|(restore, _)| Arc::ptr_eq(&restore.bek, bek))?;
        Some((restore.backup, content))
    }

    /// The backup of these contents, sealed under this very BEK.
    pub(crate) fn take_backup(
        &mut self,
        bek: &Arc<MajorKey>,
        contents: BackupContents,
    ) -> Option<Result<Backup, Error>> {
        let is_it = |made: &mut (Arc<MajorKey>, BackupContents, _)| Arc::ptr_eq(&made.0, bek) && made.1 == contents;
        self.made.take_if(is_it).map(|(_, _, backup)| backup)
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Work({} derivations, {} key pairs)", self.derivations.len(), u8::from(self.pair.is_some()))
    }
}

impl fmt::Debug for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Done({} derivations, {} key pairs)", self.derivations.len(), u8::from(self.pair.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::COST;

    fn password(text: &str) -> Password {
        Password::new(text.as_bytes()).expect("a password")
    }

    #[test]
    fn work_done_ahead_is_found_again_and_only_for_its_own_password() {
        let wanted = Derivation::new(&password("correct horse"), [1; SALT], COST);
        let mut work = Work::default();
        work.push(wanted.clone());
        let mut done = work.run();
        assert!(done.take(&Derivation::new(&password("another horse"), [1; SALT], COST)).is_none());
        assert!(done.take(&wanted).is_some() && done.take(&wanted).is_none());
    }
}
