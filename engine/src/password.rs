//! Passwords at rest: Argon2id (RFC 9106) with a salt of their own. Deriving is slow on purpose, so that it is asked for
//! ahead, as [`Work`], and done away from where others wait.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use protocol::field::name::Password;
use protocol::secret::Inline;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::public_key::{Kind, PrivateKey};
use crate::random::Generator;

/// Bytes of a salt.
pub(crate) const SALT: usize = 16;
/// The password of a new tenant's identities; it opens nothing but the way to change it.
pub const DEFAULT: &str = "changeme";
/// Characters of a password that somebody chooses, at least.
const SHORTEST: usize = 8;

/// What deriving costs. Kept with each password, so that it can be raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
}

/// 19 MiB and two passes on one lane, as OWASP's password storage cheat sheet advises for a server.
pub(crate) const COST: Cost = Cost { memory_kib: 19 * 1024, passes: 2 };

/// What is kept of a password.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) salt: [u8; SALT],
    pub(crate) cost: Cost,
    pub(crate) verifier: Inline<32>,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

/// What an identity's password is compared with.
#[derive(Clone, Debug)]
pub(crate) enum Stored {
    /// The default one of a new tenant.
    Default,
    /// One that somebody chose.
    Chosen(Kept),
    /// None: the identity logs in with its certificate.
    Nothing,
}

/// One password to derive.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Derivation {
    password: Password,
    salt: [u8; SALT],
    cost_memory: u32,
    cost_passes: u32,
}

impl Derivation {
    pub(crate) fn new(password: &Password, salt: [u8; SALT], cost: Cost) -> Self {
        Self { password: password.clone(), salt, cost_memory: cost.memory_kib, cost_passes: cost.passes }
    }

    pub(crate) fn is_of(&self, password: &Password) -> bool {
        self.password == *password
    }

    /// Takes tens of milliseconds.
    pub(crate) fn run(&self) -> Result<Kept, Error> {
        let params = Params::new(self.cost_memory, self.cost_passes, 1, Some(32));
        let params = params.map_err(|_| Error::Internal { what: "the cost of a password" })?;
        let mut made = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(self.password.expose(), &self.salt, made.as_mut_slice())
            .map_err(|_| Error::Internal { what: "a password that cannot be derived" })?;
        let cost = Cost { memory_kib: self.cost_memory, passes: self.cost_passes };
        Ok(Kept { salt: self.salt, cost, verifier: Inline::new(made.as_slice()) })
    }
}

/// Slow work that a request needs, to be done before it is executed.
#[derive(Default)]
pub struct Work {
    derivations: Vec<Derivation>,
    pair: Option<Generation>,
}

/// Slow work that is done.
#[derive(Default)]
pub struct Done {
    derivations: Vec<(Derivation, Kept)>,
    pair: Option<PrivateKey>,
}

/// A key pair to generate.
struct Generation {
    kind: Kind,
    exponent: u64,
    random: Generator,
}

impl Work {
    pub(crate) fn push(&mut self, derivation: Derivation) {
        self.derivations.push(derivation);
    }

    /// Asks for a key pair, whose generator is the next of the connection's.
    pub(crate) fn generate(&mut self, kind: Kind, exponent: u64, random: &mut Generator) {
        self.pair = Some(Generation { kind, exponent, random: random.fork() });
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.derivations.is_empty() && self.pair.is_none()
    }

    /// Does it. What fails is done again by the request, and fails there.
    #[must_use]
    pub fn run(self) -> Done {
        let derivations = self.derivations.into_iter().filter_map(|one| one.run().ok().map(|kept| (one, kept)));
        let pair = self.pair.and_then(|mut it| PrivateKey::generate(it.kind, it.exponent, &mut it.random).ok());
        Done { derivations: derivations.collect(), pair }
    }
}

impl Done {
    /// The result of exactly this derivation.
    pub(crate) fn take(&mut self, wanted: &Derivation) -> Option<Kept> {
        let index = self.derivations.iter().position(|(done, _)| done == wanted)?;
        Some(self.derivations.swap_remove(index).1)
    }

    /// The result for this password under a salt that was drawn for it.
    pub(crate) fn take_new(&mut self, password: &Password, salts: &[[u8; SALT]]) -> Option<Kept> {
        let is_it = |done: &Derivation| done.is_of(password) && !salts.contains(&done.salt);
        let index = self.derivations.iter().position(|(done, _)| is_it(done))?;
        Some(self.derivations.swap_remove(index).1)
    }

    /// The key pair that was asked for, once.
    pub(crate) fn take_pair(&mut self) -> Option<PrivateKey> {
        self.pair.take()
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

impl Stored {
    /// What has to be derived to compare `password` with this. A default password, or none, costs as much as a chosen one.
    pub(crate) fn derivation(&self, password: &Password) -> Derivation {
        match self {
            Self::Chosen(kept) => Derivation::new(password, kept.salt, kept.cost),
            Self::Default | Self::Nothing => Derivation::new(password, [0; SALT], COST),
        }
    }

    /// Whether `password` is this one, `derived` being the result of [`Self::derivation`].
    pub(crate) fn is(&self, password: &Password, derived: &Kept) -> bool {
        match self {
            Self::Chosen(kept) => kept.verifier.expose().ct_eq(derived.verifier.expose()).into(),
            Self::Default => password.expose().ct_eq(DEFAULT.as_bytes()).into(),
            Self::Nothing => false,
        }
    }

    pub(crate) fn is_default(&self) -> bool {
        matches!(self, Self::Default)
    }
}

/// Why a password cannot be chosen, `None` when it can.
pub(crate) fn fault(password: &Password) -> Option<&'static str> {
    if password.expose().len() < SHORTEST {
        return Some("8 characters at least");
    }
    if password.expose().eq_ignore_ascii_case(DEFAULT.as_bytes()) {
        return Some("not the default password");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text.as_bytes()).expect("a password")
    }

    /// RFC 9106's own vectors use a secret and associated data, which no password store does; this value is from the
    /// reference implementation: `printf correct-horse | argon2 saltsaltsaltsalt -id -k 19456 -t 2 -p 1 -l 32 -r`.
    #[test]
    fn derives_as_the_reference_implementation() {
        let derivation = Derivation::new(&password("correct-horse"), *b"saltsaltsaltsalt", COST);
        let kept = derivation.run().expect("derives");
        let hex: String = kept.verifier.expose().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "59f3e74a9a3974fc33d383ba478c5d868021dd0652ab1e783a77049ae10dca57");
    }

    #[test]
    fn only_the_password_itself_is_it() {
        let kept = Derivation::new(&password("correct horse"), [1; SALT], COST).run().expect("derives");
        let stored = Stored::Chosen(kept);
        for (text, expected) in [("correct horse", true), ("Correct horse", false), (DEFAULT, false)] {
            let given = password(text);
            let derived = stored.derivation(&given).run().expect("derives");
            assert_eq!(stored.is(&given, &derived), expected, "{text}");
            assert!(!Stored::Nothing.is(&given, &derived));
            assert_eq!(Stored::Default.is(&given, &derived), text == DEFAULT);
        }
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

    #[test]
    fn short_and_default_passwords_are_not_chosen() {
        assert!(fault(&password("seven77")).is_some() && fault(&password("ChangeMe")).is_some());
        assert!(fault(&password("eight888")).is_none());
    }
}
