//! Passwords at rest: Argon2id (RFC 9106) with a salt of their own. Deriving is slow on purpose, so that it is asked for
//! ahead, as [`crate::work::Work`], and done away from where others wait.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use protocol::field::name::Password;
use protocol::secret::Inline;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::error::Error;

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

    pub(crate) const fn salt(&self) -> &[u8; SALT] {
        &self.salt
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
    fn short_and_default_passwords_are_not_chosen() {
        assert!(fault(&password("seven77")).is_some() && fault(&password("ChangeMe")).is_some());
        assert!(fault(&password("eight888")).is_none());
    }
}
